"""What of a visitor's headers gunicorn believes, and how the script starts one that has no such option."""

import http.client
import pathlib
import socket
import subprocess
import sys

import pytest

SCRIPT = (pathlib.Path(__file__).parents[2] / "main/resources/dev/nuages/core/djangoapp/gunicorn.py").read_text()
APPLICATION = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [(environ["SCRIPT_NAME"] + "|" + environ["PATH_INFO"] + "|" + environ["wsgi.url_scheme"]).encode()]
"""


def answer(folder, start):
    """What the application finds itself at, for a visitor who says where that is."""
    (folder / "shop.py").write_text(APPLICATION)
    process = subprocess.Popen(
        [*start, "shop", "--bind=unix:gunicorn", "--worker-tmp-dir=/dev/shm", "--no-control-socket"], cwd=folder,
        stderr=subprocess.PIPE, text=True,
        env={"PATH": f"{pathlib.Path(sys.executable).parent}:/usr/bin:/bin", "FORWARDED_ALLOW_IPS": "*", "HOME": str(folder)})
    try:
        assert any("Listening at" in line for line in process.stderr)
        connection = http.client.HTTPConnection("shop")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(120)
        connection.sock.connect(str(folder / "gunicorn"))
        connection.request("GET", "/x/admin", headers={"SCRIPT_NAME": "/x", "X-Forwarded-Proto": "https"})
        return connection.getresponse().read().decode()
    finally:
        process.terminate()
        process.communicate(timeout=120)


def test_a_visitor_does_not_say_where_the_application_is_and_a_proxy_says_the_scheme(tmp_path):
    assert answer(tmp_path, [sys.executable, "-c", SCRIPT, "gunicorn"]) == "|/x/admin|https"


def test_by_its_own_default_gunicorn_believes_it(tmp_path):
    assert answer(tmp_path, ["gunicorn"]) == "/x|/admin|https"


@pytest.mark.parametrize("version, option", [("22.0.0", []), ("23.0.0", ["--forwarder-headers="]), ("own", [])])
def test_only_one_that_knows_the_option_is_given_it(tmp_path, version, option):
    distribution = tmp_path / f"gunicorn-{version}.dist-info"
    distribution.mkdir()
    (distribution / "METADATA").write_text(f"Metadata-Version: 2.1\nName: gunicorn\nVersion: {version}\n")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "echo", "shop", "--threads=4"], cwd=tmp_path, capture_output=True, text=True,
        check=True, env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"})
    assert done.stdout.split() == [*option, "shop", "--threads=4"]
