"""A whole project, in a process of its own, that has the two lines and nothing else of the operator's."""
import json
import os
import subprocess
import sys
from pathlib import Path

import boto3
import nuages_django
import pytest
from moto.server import ThreadedMotoServer

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


UPLOAD = """
import django; django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
name = default_storage.save("photos/cat.txt", ContentFile(b"a cat"))
print(name, default_storage.open(name).read().decode(), default_storage.url(name).partition("?")[0])
"""


@pytest.fixture
def run(tmp_path, config):
    (tmp_path / "shop_settings.py").write_text(SETTINGS)
    (tmp_path / "shop.py").write_text(SHOP)

    def run(text, program=ASK, **environment):
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(nuages_django.__file__).parent.parent),
                       "DJANGO_SETTINGS_MODULE": "shop_settings", **config(text, **environment)}
        return subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True)
    return run


@pytest.fixture
def bucket():
    """The address of a service that is like S3, and one bucket of it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1",
                              aws_access_key_id="id", aws_secret_access_key="key")
        client.create_bucket(Bucket="media")
        yield f"http://{host}:{port}", client
    finally:
        server.stop()


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


def test_what_users_upload_is_in_the_bucket(run, bucket):
    endpoint, client = bucket
    done = run(f"""
        SECRET_KEY: k
        AWS_STORAGE_BUCKET_NAME: media
        AWS_S3_ENDPOINT_URL: {endpoint}
        AWS_S3_REGION_NAME: us-east-1
        """, UPLOAD, AWS_ACCESS_KEY_ID="id", AWS_SECRET_ACCESS_KEY="key")
    assert done.stdout == f"photos/cat.txt a cat {endpoint}/media/photos/cat.txt\n", done.stderr
    assert client.get_object(Bucket="media", Key="photos/cat.txt")["Body"].read() == b"a cat"
