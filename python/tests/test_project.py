"""A whole project, in a process of its own, that has the two lines and nothing else of the operator's."""
import json
import os
import subprocess
import sys
from pathlib import Path

import nuages_django
import pytest

SETTINGS = """
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "shop"
USE_TZ = True

from nuages_django import settings as nuages
nuages.apply(globals())
"""
SHOP = """
import logging
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

def front(request):
    logging.getLogger("shop").info("asked", extra={"items": settings.ITEMS_PER_PAGE})
    return HttpResponse("front")

urlpatterns = [path("", front)]
"""
ASK = """
import django; django.setup()
from django.core.management import call_command; call_command("check")
from django.test import Client
print(Client().get("/healthz", HTTP_HOST="10.0.0.7").status_code, Client().get("/", HTTP_HOST="10.0.0.7").status_code,
      Client().get("/", HTTP_HOST="www.example.org").status_code)
"""


@pytest.fixture
def run(tmp_path, config):
    (tmp_path / "shop_settings.py").write_text(SETTINGS)
    (tmp_path / "shop.py").write_text(SHOP)

    def run(text):
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(nuages_django.__file__).parent.parent),
                       "DJANGO_SETTINGS_MODULE": "shop_settings", **config(text)}
        return subprocess.run([sys.executable, "-c", ASK], cwd=tmp_path, env=environment, capture_output=True, text=True)
    return run


def test_it_runs_with_two_lines(run):
    done = run("""
        SECRET_KEY: k
        DEBUG: false
        ALLOWED_HOSTS: [www.example.org]
        DATABASE_URL: "sqlite://:memory:"
        APP_VERSION: "1.0"
        ITEMS_PER_PAGE: 20
        """)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "200 400 200"
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"level": "INFO", "logger": "shop", "message": "asked", "items": 20}.items() <= logged[-1].items()
    assert any(line["logger"] == "django.security.DisallowedHost" and "exception" in line for line in logged)


def test_it_says_in_its_last_line_what_is_missing(run):
    done = run("DEBUG: false")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "django.core.exceptions.ImproperlyConfigured: SECRET_KEY is missing: neither ")
