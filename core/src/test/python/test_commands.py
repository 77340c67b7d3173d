"""What the other scripts do that run as a pod's whole work: hooks and scheduled commands, the superuser, static files."""

import os
import pathlib
import stat
import subprocess
import sys

import pytest

SCRIPTS = pathlib.Path(__file__).parents[2] / "main/resources/dev/nuages/core/djangoapp"

SETTINGS = """
SECRET_KEY = "test"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""

COMMAND = """
from django.core.management.base import BaseCommand, CommandError

class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("how")

    def handle(self, how, **options):
        print("tidying")
        if how == "badly":
            raise CommandError("the attic is full")
        if how == "wrongly":
            raise ValueError("no such attic")
"""


class Site:
    def __init__(self, folder):
        self.folder = folder
        commands = folder / "shop/management/commands"
        commands.mkdir(parents=True)
        for package in (folder / "shop", folder / "shop/management", commands):
            (package / "__init__.py").touch()
        (commands / "tidy.py").write_text(COMMAND)
        (folder / "site_settings.py").write_text(SETTINGS)
        self.report = folder / "report"

    def run(self, script, *arguments, **environment):
        source = (SCRIPTS / script).read_text().replace("/dev/termination-log", str(self.report))
        return subprocess.run(
            [sys.executable, "-c", source, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=120,
            env={"DJANGO_SETTINGS_MODULE": "site_settings", "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1",
                 **environment})

    def users(self):
        lister = (
            "import django; django.setup(); from django.contrib.auth.models import User;"
            "print([(u.username, u.email, u.is_superuser, u.check_password('first')) for u in User.objects.all()])"
        )
        return eval(subprocess.run(
            [sys.executable, "-c", lister], cwd=self.folder, capture_output=True, text=True, check=True,
            env={"DJANGO_SETTINGS_MODULE": "site_settings"}).stdout)


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_a_command_that_does_its_work_reports_nothing(site):
    done = site.run("command.py", "tidy", "well")
    assert (done.returncode, done.stdout) == (0, "tidying\n")
    assert not site.report.exists()


def test_what_a_command_says_to_people_is_reported_without_a_traceback(site):
    done = site.run("command.py", "tidy", "badly")
    assert done.returncode == 1
    assert site.report.read_text() == "tidy: the attic is full"


def test_of_any_other_failure_the_traceback_is_reported(site):
    assert site.run("command.py", "tidy", "wrongly").returncode == 1
    assert site.report.read_text().startswith("Traceback")
    assert site.report.read_text().splitlines()[-1] == "ValueError: no such attic"


def test_a_command_that_there_is_not_is_said(site):
    assert site.run("command.py", "tidie").returncode == 1
    assert site.report.read_text() == "there is no command tidie: did you mean tidy?"
    assert site.run("command.py", "zzz").returncode == 1
    assert site.report.read_text() == "there is no command zzz in the installed apps"


def test_of_arguments_that_a_command_does_not_take_the_log_says_so(site):
    done = site.run("command.py", "tidy", "well", "--quickly")
    assert done.returncode == 2
    # Where nothing is reported, Kubernetes takes the log's end.
    assert done.stderr.splitlines()[-1].endswith("error: unrecognized arguments: --quickly")
    assert not site.report.exists()


def test_a_superuser_is_made_once_and_its_password_stays(site):
    assert site.run("command.py", "migrate").returncode == 0
    named = {"DJANGO_SUPERUSER_USERNAME": "admin", "DJANGO_SUPERUSER_EMAIL": "admin@example.org"}
    first = site.run("superuser.py", **named, DJANGO_SUPERUSER_PASSWORD="first")
    assert (first.returncode, first.stdout) == (0, "Made superuser admin.\n")
    again = site.run("superuser.py", **named, DJANGO_SUPERUSER_PASSWORD="second")
    assert (again.returncode, again.stdout) == (0, "There is a user admin already.\n")
    assert site.users() == [("admin", "admin@example.org", True, True)]


def test_static_files_are_copied_so_that_the_next_images_user_may_add_to_them(tmp_path):
    root = tmp_path / "root"
    (root / "css").mkdir(parents=True)
    (root / "css/site.css").write_text("a {}")
    (root / "css/site.css").chmod(0o400)
    (tmp_path / "volume").mkdir()
    script = (SCRIPTS / "copy_static_files.py").read_text()
    subprocess.run([sys.executable, "-c", script, root, tmp_path / "volume"], check=True)
    copied = tmp_path / "volume/css/site.css"
    assert copied.read_text() == "a {}"
    assert stat.S_IMODE(copied.stat().st_mode) == 0o666
    assert stat.S_IMODE(copied.parent.stat().st_mode) == 0o777


def test_an_image_without_static_files_is_said_with_the_way_out(tmp_path):
    script = (SCRIPTS / "copy_static_files.py").read_text()
    done = subprocess.run([sys.executable, "-c", script, "/no/such", tmp_path], capture_output=True, text=True)
    assert done.returncode == 1
    assert "run collectstatic when it is built" in done.stderr
