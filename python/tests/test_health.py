import asyncio

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import AsyncClient, Client, override_settings


def get(path, host="www.example.org", secure=False):
    return Client().get(path, secure=secure, HTTP_HOST=host)


def aget(path):
    async def ask():
        return await AsyncClient().get(path)
    return asyncio.run(ask())


@pytest.mark.parametrize("host", ["www.example.org", "10.0.0.7:8000", "wrong_name"])
def test_it_answers_whatever_the_host_and_the_scheme(host):
    answer = get("/healthz", host)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok\n", "text/plain")


def test_other_paths_go_on_to_the_redirect_and_the_hosts_that_are_allowed():
    assert get("/").status_code == 301
    assert get("/", secure=True).content == b"front of www.example.org"
    assert get("/", "10.0.0.7", secure=True).status_code == 400
    assert get("/healthz/", secure=True).status_code == 404


def test_only_reading_is_answered():
    assert Client().post("/healthz", secure=True, HTTP_HOST="www.example.org").status_code == 404
    assert Client().head("/healthz").status_code == 200


def test_it_answers_under_asgi():
    assert aget("/healthz").content == b"ok\n"
    assert aget("/slow").status_code == 301


@override_settings(NUAGES_HEALTH_PATH="/up")
def test_the_path_is_a_setting():
    assert get("/up").content == b"ok\n"
    assert get("/healthz", secure=True).status_code == 404


@pytest.fixture
def no_database(monkeypatch):
    def refuse(*arguments):
        raise OperationalError("could not connect as user s3cret")
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", refuse)


def test_it_does_not_ask_the_database(no_database):
    assert get("/healthz").status_code == 200


@pytest.mark.parametrize("ask", [get, aget])
@override_settings(NUAGES_HEALTH_DATABASE=True)
def test_it_asks_the_database_where_that_is_said(ask):
    assert ask("/healthz").status_code == 200


@pytest.mark.parametrize("ask", [get, aget])
@override_settings(NUAGES_HEALTH_DATABASE=True)
def test_it_says_that_the_database_does_not_answer(ask, no_database):
    answer = ask("/healthz")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")
