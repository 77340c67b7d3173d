import runpy

import pytest
from conftest import SITE

NAMES = ["SECRET_KEY_FALLBACKS", "DEBUG", "CSRF_TRUSTED_ORIGINS", "CONN_MAX_AGE", "REDIS_URL", "CHANNEL_LAYER_URL",
         "CHANNEL_LAYER_PREFIX", "CELERY_BROKER_URL", "CELERY_BROKER_TRANSPORT_OPTIONS", "CELERY_RESULT_BACKEND",
         "REDBEAT_REDIS_URL", "REDBEAT_KEY_PREFIX", "STATIC_URL", "MEDIA_URL", "MEDIA_ROOT"]


@pytest.fixture
def read(monkeypatch):
    """Reads the settings as a process with these variables would."""
    def read(**environment):
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(SITE / "mysite/settings.py")
    return read


def test_a_plain_web_app_needs_neither_redis_nor_a_broker(read):
    settings = read()
    assert settings["CELERY_BROKER_URL"] is None and settings["CHANNEL_LAYERS"] == {}
    assert "CACHES" not in settings and settings["STATIC_URL"] == "/static/"


def test_lists_have_commas_between_their_values(read):
    settings = read(SECRET_KEY_FALLBACKS="old, older", CSRF_TRUSTED_ORIGINS="https://a.example,https://b.example")
    assert settings["SECRET_KEY_FALLBACKS"] == ["old", "older"]
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://a.example", "https://b.example"]


def test_the_database_is_kept_connected_for_as_long_as_is_said(read):
    assert read(DATABASE_URL="postgres://db/mysite", CONN_MAX_AGE="0")["DATABASES"]["default"]["CONN_MAX_AGE"] == 0


def test_the_channel_layer_has_a_prefix_of_its_own(read):
    config = read(CHANNEL_LAYER_URL="redis://layer/0", CHANNEL_LAYER_PREFIX="shop")["CHANNEL_LAYERS"]["default"]["CONFIG"]
    assert config["prefix"] == "shop"
    [host] = config["hosts"]
    assert host["address"] == "redis://layer/0"
    assert host["socket_timeout"] > 5, "channels_redis waits so long, and must be left to"


def test_rabbitmq_confirms_what_it_takes(read):
    assert read(CELERY_BROKER_URL="amqp://u:p@rabbit/v")["CELERY_BROKER_TRANSPORT_OPTIONS"] == {"confirm_publish": True}


def test_redis_as_a_broker_has_the_options_that_are_said(read):
    options = read(CELERY_BROKER_URL="redis://broker/0", CELERY_BROKER_TRANSPORT_OPTIONS='{"visibility_timeout": 3600}')
    assert options["CELERY_BROKER_TRANSPORT_OPTIONS"] == {"visibility_timeout": 3600}


def test_redbeat_has_a_prefix_of_its_own(read):
    settings = read(REDBEAT_REDIS_URL="redis://beat/0", REDBEAT_KEY_PREFIX="shop:")
    assert (settings["CELERY_REDBEAT_REDIS_URL"], settings["CELERY_REDBEAT_KEY_PREFIX"]) == ("redis://beat/0", "shop:")


def test_how_often_beat_looks_and_writes_is_left_to_the_operator(read):
    """Or the end-to-end tests would not see it where the operator says nothing of it."""
    settings = read(CELERY_BROKER_URL="redis://broker/0", REDBEAT_REDIS_URL="redis://beat/0")
    assert not settings.keys() & {"CELERY_BEAT_MAX_LOOP_INTERVAL", "CELERY_BEAT_SYNC_EVERY"}
