"""What the migration's script reports, on SQLite: as a pod's termination message it becomes the application's status."""

import contextlib
import pathlib
import subprocess
import sys
import types

import pytest

SCRIPT = pathlib.Path(__file__).parents[2] / "main/resources/dev/nuages/core/djangoapp/migrate.py"

SETTINGS = """
SECRET_KEY = "test"
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
"""

MIGRATION = """
from django.db import migrations

def step(apps, schema_editor):
    %s

class Migration(migrations.Migration):
    dependencies = [%s]
    operations = [migrations.RunPython(step)]
"""

# As psycopg reports a lock that was not to be had in time; the first two tries meet one.
LOCKED_TWICE = """
    import pathlib
    from django.db.utils import OperationalError
    tries = pathlib.Path("tries")
    count = int(tries.read_text()) if tries.exists() else 0
    tries.write_text(str(count + 1))
    cause = Exception()
    cause.sqlstate = "55P03"
    if count < 2:
        raise OperationalError("canceling statement due to lock timeout") from cause
"""


class Project:
    def __init__(self, folder):
        self.folder = folder
        (folder / "shop/migrations").mkdir(parents=True)
        (folder / "shop/__init__.py").touch()
        (folder / "shop/migrations/__init__.py").touch()
        (folder / "site_settings.py").write_text(SETTINGS)

    def write(self, name, body="pass", after=""):
        dependency = f"('shop', '{after}')" if after else ""
        (self.folder / f"shop/migrations/{name}.py").write_text(MIGRATION % (body, dependency))

    def drop(self, name):
        (self.folder / f"shop/migrations/{name}.py").unlink()

    def migrate(self, retries="0"):
        """The exit code, and the report."""
        report = self.folder / "report"
        report.unlink(missing_ok=True)
        script = SCRIPT.read_text().replace("/dev/termination-log", str(report))
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=self.folder, capture_output=True, timeout=120,
            env={"DJANGO_SETTINGS_MODULE": "site_settings", "NUAGES_LOCK_RETRIES": retries, "NUAGES_LOCK_TIMEOUT": "5s", "PATH": "/usr/bin:/bin",
                 "PYTHONDONTWRITEBYTECODE": "1"})
        return done.returncode, report.read_text()


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_how_many_migrations_are_applied_is_reported(project):
    project.write("0001_first")
    assert project.migrate() == (0, "1 migrations are applied.")
    assert project.migrate() == (0, "1 migrations are applied."), "also when there was nothing to do"


def test_a_failure_reports_its_traceback_and_what_was_applied_by_then(project):
    project.write("0001_first")
    assert project.migrate()[0] == 0
    project.write("0002_second", after="0001_first")
    project.write("0003_third", "raise RuntimeError('on purpose')", after="0002_second")
    code, report = project.migrate()
    assert code == 1
    assert report.startswith("Traceback")
    assert report.splitlines()[-1] == (
        "RuntimeError: on purpose (by then it had applied shop.0002_second, which the version before does not know)")
    code, report = project.migrate()
    assert (code, report.splitlines()[-1]) == (1, "RuntimeError: on purpose"), "what was there before is no news"


def test_a_database_that_is_ahead_is_said(project):
    project.write("0001_first")
    project.write("0002_second", after="0001_first")
    assert project.migrate()[0] == 0
    project.drop("0002_second")
    assert project.migrate() == (
        0,
        "2 migrations are applied.\nThe database is ahead of this version: it has shop.0002_second, which this image does"
        " not know.")


def test_a_lock_that_is_not_to_be_had_is_tried_for_again_as_often_as_allowed(project):
    project.write("0001_first", LOCKED_TWICE)
    code, report = project.migrate(retries="1")
    assert code == 1
    assert report.splitlines()[-1].endswith("canceling statement due to lock timeout")
    (project.folder / "tries").unlink()
    assert project.migrate(retries="2") == (0, "1 migrations are applied.")


def test_the_server_soon_ends_the_session_of_a_lock_whose_node_is_lost():
    script = {}
    exec(SCRIPT.read_text().partition("\ntry:\n")[0], script)
    done = []

    class Cursor:
        def execute(self, sql, parameters=()):
            done.append(sql)

    session = types.SimpleNamespace(cursor=lambda: contextlib.nullcontext(Cursor()))
    script["hold_advisory_lock"](types.SimpleNamespace(vendor="postgresql", copy=lambda: session))
    assert done[-4:] == ["SET tcp_keepalives_idle = 30", "SET tcp_keepalives_interval = 10", "SET tcp_keepalives_count = 6",
                         "SELECT pg_advisory_lock(%s)"]
