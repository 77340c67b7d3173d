"""The versions one after another, on one database, as a rollout meets them."""
import json

COLOURS = "from polls.models import Choice; print(*Choice.objects.order_by('pk').values_list('colour', flat=True))"
# As 1.0 inserts: it knows nothing of the column.
OLD_INSERT = ("from django.db import connection as c; c.cursor().execute("
              "\"insert into polls_choice (text, votes, question_id) values ('Nimbus', 0, 1)\")")
MIGRATED = ("from jobs.models import MigrateRun; "
            "print(*MigrateRun.objects.order_by('pk').values_list('version', flat=True))")


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
    assert site.manage("shell", "-v0", "-c", COLOURS).stdout.split() == ["#3b5bdb", "#f08c00", "#2f9e44"]
    assert site.manage("shell", "-v0", "-c", OLD_INSERT).returncode == 0


def test_1_2_broken_fails_and_leaves_1_1_in_place(site):
    site.upgrade("1.1")
    assert site.manage("migrate", "polls", "--noinput").returncode == 0
    site.upgrade("1.2-broken")
    failed = site.manage("migrate", "polls", "--noinput")
    assert failed.returncode == 1
    assert "mysite 1.2-broken: this migration fails on purpose" in failed.stderr
    assert "[ ] 0004_broken" in site.manage("showmigrations", "polls").stdout


def test_each_run_of_migrate_is_counted_and_none_that_fails(site, monkeypatch):
    def migrated(version):
        monkeypatch.setenv("APP_VERSION", version)
        site.manage("migrate", "--noinput")
        return site.manage("shell", "-v0", "-c", MIGRATED).stdout.split()
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
