"""One Python process holds one version of the site: 1.0 here, the later ones in processes of their own."""
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

SITE = Path(__file__).resolve().parent.parent


class Site:
    """A copy of the site as one of its images holds it, run in processes of its own."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(SITE, folder, ignore=shutil.ignore_patterns("tests", "db.sqlite3", "__pycache__"))

    def upgrade(self, version):
        shutil.copytree(SITE / "versions" / version, self.folder, dirs_exist_ok=True)

    def manage(self, *arguments):
        # Nobody needs this database after a power cut.
        url = f"sqlite:///{self.folder}/db.sqlite3?init_command=PRAGMA%20synchronous=OFF"
        environment = os.environ | {"DATABASE_URL": url}
        return subprocess.run([sys.executable, "manage.py", *arguments], cwd=self.folder, env=environment,
                              capture_output=True, text=True)

    def sql(self, statement):
        """The first column of what the database answers, which looks at foreign keys, as Django has it do."""
        with contextlib.closing(sqlite3.connect(self.folder / "db.sqlite3")) as database, database:
            database.execute("pragma foreign_keys = on")
            return [row[0] for row in database.execute(statement)]


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "site")


@pytest.fixture(scope="session", autouse=True)
def static_root(tmp_path_factory):
    """The static files, collected as an image's are: pages cannot be made without."""
    folder = tmp_path_factory.mktemp("static")
    # And passwords that are worth nothing cost nothing.
    with override_settings(STATIC_ROOT=folder, PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield folder
