"""How the migration's script waits, on a PostgreSQL of its own, whose programs' folder POSTGRES_BIN names."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import psycopg
import pytest
from test_migrate import SCRIPT

BIN = os.environ.get("POSTGRES_BIN")
pytestmark = pytest.mark.skipif(not BIN, reason="POSTGRES_BIN names no folder with PostgreSQL's programs")

SETTINGS = """
SECRET_KEY = "test"
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "postgres", "HOST": %r,
                         "OPTIONS": {"options": %r}}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
"""
MIGRATION = """
from django.db import migrations

class Migration(migrations.Migration):
    operations = [migrations.RunSQL(%r)]
"""
RENAMED = "ALTER TABLE cat RENAME TO tomcat"


@pytest.fixture(scope="module")
def server():
    """The folder of a server's socket; as PostgreSQL wants it, it does not run as root."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="nuages-postgres-"))
    shutil.chown(home, "postgres", "postgres")

    def postgres(program, *arguments):
        subprocess.run(
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", f"{BIN}/{program}", "-D", home / "data",
             *arguments], cwd=home, check=True, stdout=subprocess.DEVNULL, timeout=120)
    postgres("initdb", "--auth=trust", "--no-sync", "-U", "postgres")
    postgres("pg_ctl", "-w", "-l", home / "log", "-o", f"-k {home} -c listen_addresses= -c fsync=off", "start")
    try:
        yield str(home)
    finally:
        postgres("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(home)


@pytest.fixture
def session(server):
    with psycopg.connect(host=server, user="postgres", autocommit=True) as session:
        session.execute("DROP SCHEMA public CASCADE")
        session.execute("CREATE SCHEMA public")
        session.execute("CREATE TABLE cat (id int)")
        yield session


@pytest.fixture
def migrate(server, tmp_path):
    """Starts a migration that does this, of a project whose settings give these options; ends what still runs."""
    begun = []

    def migrate(sql, options="-c statement_timeout=60s", timeout="100ms", retries="0"):
        shop = tmp_path / "shop/migrations"
        shop.mkdir(parents=True, exist_ok=True)
        (shop / "__init__.py").touch()
        (shop / "0001_first.py").write_text(MIGRATION % sql)
        (tmp_path / "site_settings.py").write_text(SETTINGS % (server, options))
        script = SCRIPT.read_text().replace("/dev/termination-log", str(tmp_path / f"report-{len(begun)}"))
        begun.append(subprocess.Popen(
            [sys.executable, "-c", script], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={"DJANGO_SETTINGS_MODULE": "site_settings", "PGOPTIONS": f"-c lock_timeout={timeout}",
                 "NUAGES_LOCK_TIMEOUT": timeout, "NUAGES_LOCK_RETRIES": retries, "PATH": "/usr/bin:/bin",
                 "PYTHONDONTWRITEBYTECODE": "1"}))
        return begun[-1]
    yield migrate
    for process in begun:
        process.kill()
        process.communicate()


def test_it_waits_for_a_lock_no_longer_than_asked_where_settings_have_options_too_and_tries_again(session, migrate):
    with session.transaction():
        session.execute("LOCK TABLE cat IN SHARE MODE")
        gives_up = migrate(RENAMED)
        said = gives_up.communicate(timeout=120)[0]
        assert gives_up.returncode == 1 and "canceling statement due to lock timeout" in said

        tries_again = migrate(RENAMED, retries="10")
        assert any("A lock was not to be had" in line for line in tries_again.stdout)
    said = tries_again.communicate(timeout=120)[0]
    assert (tries_again.returncode, said.splitlines()[-1]) == (0, "1 migrations are applied.")
    assert session.execute("SELECT to_regclass('tomcat') IS NOT NULL").fetchone() == (True,)


def test_a_lock_timeout_of_the_settings_own_stays(session, migrate):
    done = migrate("CREATE TABLE found AS SELECT current_setting('lock_timeout') AS value", "-c lock_timeout=7s")
    assert done.communicate(timeout=120)[0].splitlines()[-1] == "1 migrations are applied."
    assert session.execute("SELECT value FROM found").fetchone() == ("7s",)


def test_two_at_once_migrate_one_after_the_other_and_the_second_finds_it_done(session, migrate):
    with session.transaction():
        session.execute("LOCK TABLE cat IN SHARE MODE")
        first = migrate(RENAMED, timeout="60s")
        wait_for(session, "relation")
        second = migrate(RENAMED, timeout="100ms")
        wait_for(session, "advisory")
    for process in (first, second):
        said = process.communicate(timeout=120)[0]
        assert (process.returncode, said.splitlines()[-1]) == (0, "1 migrations are applied."), said


def wait_for(session, kind):
    """Until somebody waits for a lock of this kind: the server says so."""
    for _ in range(10_000):
        if session.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = %s", [kind]).fetchone() != (0,):
            return
        session.execute("SELECT pg_sleep(0.005)")
    raise AssertionError(f"nobody waits for a lock of kind {kind}")
