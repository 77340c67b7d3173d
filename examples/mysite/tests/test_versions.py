"""The versions one after another, on one database, as a rollout meets them."""
import json

# As 1.0 inserts: it knows nothing of the column.
OLD_INSERT = "insert into polls_choice (text, votes, question_id) values ('Nimbus', 0, 1)"


def test_each_version_has_migrations_for_its_models(site):
    for version in ["1.0", "1.1"]:
        if version != "1.0":
            site.upgrade(version)
        done = site.manage("makemigrations", "--check", "--dry-run")
        assert done.returncode == 0, done.stdout + done.stderr


def test_1_1_paints_what_1_0_left_and_1_0_can_still_write(site):
    assert site.manage("migrate", "polls", "--noinput").returncode == 0
    site.upgrade("1.1")
    assert site.manage("migrate", "polls", "--noinput").returncode == 0
    assert site.sql("select colour from polls_choice order by id") == ["#3b5bdb", "#f08c00", "#2f9e44"]
    site.sql(OLD_INSERT)


def test_1_2_broken_fails_and_leaves_1_1_in_place(site):
    site.upgrade("1.1")
    assert site.manage("migrate", "polls", "--noinput").returncode == 0
    site.upgrade("1.2-broken")
    failed = site.manage("migrate", "polls", "--noinput")
    assert failed.returncode == 1
    assert "mysite 1.2-broken: this migration fails on purpose" in failed.stderr
    applied = site.sql("select name from django_migrations where app = 'polls' order by id")
    assert "0004_broken" not in applied and len(applied) == 3


def test_each_run_of_migrate_is_counted_and_none_that_fails(site, monkeypatch):
    def migrated(version):
        monkeypatch.setenv("APP_VERSION", version)
        site.manage("migrate", "--noinput")
        return site.sql("select version from jobs_migraterun order by id")
    assert migrated("1.0") == ["1.0"]
    assert migrated("1.0") == ["1.0", "1.0"], "also one with nothing to do"
    assert site.manage("flush", "--noinput").returncode == 0
    site.upgrade("1.1")
    assert migrated("1.1") == ["1.1"]
    site.upgrade("1.2-broken")
    assert migrated("1.2-broken") == ["1.1"]


def test_the_static_files_of_1_1_have_other_names(site):
    def names():
        assert site.manage("collectstatic", "--noinput").returncode == 0
        return json.loads((site.folder / "static/staticfiles.json").read_text())["paths"]
    old = names()
    site.upgrade("1.1")
    new = names()
    assert {name for name in old if old[name] != new[name]} == {"mysite/site.css", "mysite/theme.css", "mysite/cloud.svg"}
