"""What the page of the contract promises, and what the package knows of it."""

import re
from pathlib import Path

from nuages_django.settings import CONTRACT

PAGE = Path(__file__).resolve().parents[2] / "docs/contract.md"

#: Names of the page that the package has no use for. They are in the environment alone, so none becomes a setting.
NOT_FOR_SETTINGS = {
    "FORWARDED_ALLOW_IPS": "gunicorn and uvicorn read it",
    "NUAGES_DRAIN_SECONDS": "the operator's own start of Daphne reads it",
    "NUAGES_LOCK_RETRIES": "the operator's own migration reads it",
    "NUAGES_LOCK_TIMEOUT": "the operator's own migration reads it",
    "PGOPTIONS": "libpq reads it",
    "DJANGO_SUPERUSER_USERNAME": "createsuperuser reads it",
    "DJANGO_SUPERUSER_EMAIL": "createsuperuser reads it",
    "DJANGO_SUPERUSER_PASSWORD": "createsuperuser reads it",
}

#: Names that the package reads where the app gives them by itself, for the operator never does.
GIVEN_BY_THE_APP_ALONE = {"CELERY_RESULT_BACKEND"}


def named(page):
    """The names in the tables whose first column is called so: a row may have several."""
    tables = re.findall(r"^\| name \|.*\n((?:\|.*\n)+)", page, re.MULTILINE)
    rows = [row.split("|")[1] for table in tables for row in table.splitlines()]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_the_page_and_the_package_know_the_same_names():
    assert named(PAGE.read_text()) - NOT_FOR_SETTINGS.keys() == CONTRACT - GIVEN_BY_THE_APP_ALONE


def test_no_exception_is_left_that_is_none():
    assert NOT_FOR_SETTINGS.keys() <= named(PAGE.read_text())
    assert not NOT_FOR_SETTINGS.keys() & CONTRACT
    assert GIVEN_BY_THE_APP_ALONE <= CONTRACT - named(PAGE.read_text())
