import logging.config

import pytest
from django.core.exceptions import ImproperlyConfigured

from nuages_django.settings import HEALTH, apply
from nuages_django.values import Values


def applied(settings=None, celery="CELERY", **environment):
    """What settings become in a process with this environment; SECRET_KEY is there unless it is said to be None."""
    settings = {} if settings is None else settings
    environment = {"SECRET_KEY": "k", **environment}
    apply(settings, celery=celery, values=Values.read({n: v for n, v in environment.items() if v is not None}))
    return settings


def test_all_that_the_operator_gives_becomes_settings():
    settings = applied(
        SECRET_KEY="new", SECRET_KEY_FALLBACKS="old,older", DEBUG="false", ALLOWED_HOSTS="www.example.org",
        CSRF_TRUSTED_ORIGINS="https://www.example.org", APP_VERSION="1.0",
        DATABASE_URL="postgres://u:p%40ss@db:5432/shop", CONN_MAX_AGE="60", REDIS_URL="redis://:p@cache:6379/0",
        CHANNEL_LAYER_URL="redis://layer/0", CHANNEL_LAYER_PREFIX="shop", STATIC_URL="/static/", MEDIA_URL="/media/",
        MEDIA_ROOT="/media")
    assert (settings["SECRET_KEY"], settings["SECRET_KEY_FALLBACKS"]) == ("new", ["old", "older"])
    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["www.example.org"]
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://www.example.org"]
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert settings["APP_VERSION"] == "1.0"
    database = settings["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"], database["HOST"], database["PORT"], database["NAME"]) == (
        "u", "p@ss", "db", 5432, "shop")
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)
    assert settings["CACHES"]["default"] == {
        "BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://:p@cache:6379/0"}
    assert settings["CHANNEL_LAYERS"]["default"] == {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [{"address": "redis://layer/0", "socket_timeout": 30}], "capacity": 1000, "expiry": 60,
                   "prefix": "shop"}}
    assert (settings["STATIC_URL"], settings["MEDIA_URL"], settings["MEDIA_ROOT"]) == ("/static/", "/media/", "/media")


def test_what_is_not_said_stays_as_it_is():
    before = {"SECRET_KEY": "laptop", "DEBUG": True, "ALLOWED_HOSTS": ["laptop"], "DATABASES": {"default": {"NAME": "x"}}}
    after = applied(dict(before), SECRET_KEY=None)
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {"MIDDLEWARE", "LOGGING"}


def test_what_is_said_replaces_what_stood_there_and_leaves_what_is_beside_it():
    settings = applied({
        "DEBUG": True, "DATABASES": {"default": {}, "replica": {"NAME": "r"}}, "CACHES": {"local": {"BACKEND": "x"}}},
        DEBUG="false", DATABASE_URL="postgres://db/shop", REDIS_URL="redis://cache")
    assert settings["DEBUG"] is False
    assert settings["DATABASES"]["default"]["NAME"] == "shop" and settings["DATABASES"]["replica"] == {"NAME": "r"}
    assert settings["CACHES"]["local"] == {"BACKEND": "x"}


def test_what_a_project_says_of_its_default_beside_the_address_stays():
    settings = applied({
        "DATABASES": {"default": {
            "ENGINE": "django.contrib.gis.db.backends.postgis", "NAME": "laptop", "ATOMIC_REQUESTS": True,
            "DISABLE_SERVER_SIDE_CURSORS": True, "OPTIONS": {"sslmode": "require", "application_name": "shop"}}},
        "CACHES": {"default": {
            "BACKEND": "django_redis.cache.RedisCache", "KEY_PREFIX": "shop", "OPTIONS": {"MAX_ENTRIES": 5}}},
        "CHANNEL_LAYERS": {"default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": ["redis://laptop"], "capacity": 7}}}},
        DATABASE_URL="postgres://db/shop?sslmode=prefer", CONN_MAX_AGE="60", REDIS_URL="redis://cache",
        CHANNEL_LAYER_URL="redis://layer")
    database = settings["DATABASES"]["default"]
    assert (database["ENGINE"], database["NAME"]) == ("django.contrib.gis.db.backends.postgis", "shop")
    assert database["ATOMIC_REQUESTS"] is True and database["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert database["OPTIONS"] == {"sslmode": "prefer", "application_name": "shop"}
    assert settings["CACHES"]["default"] == {
        "BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://cache", "KEY_PREFIX": "shop",
        "OPTIONS": {"MAX_ENTRIES": 5}}
    assert settings["CHANNEL_LAYERS"]["default"]["CONFIG"] == {
        "hosts": [{"address": "redis://layer", "socket_timeout": 30}], "capacity": 7, "expiry": 60}


def test_a_channel_layer_by_publish_and_subscribe_stays_one():
    settings = applied({"CHANNEL_LAYERS": {"default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": ["redis://laptop"], "prefix": "laptop", "on_disconnect": "redis.disconnect"}}}},
        CHANNEL_LAYER_URL="redis://layer", CHANNEL_LAYER_PREFIX="shop")
    assert settings["CHANNEL_LAYERS"]["default"] == {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": "redis://layer", "socket_timeout": 30}], "prefix": "shop",
                   "on_disconnect": "redis.disconnect"}}


def test_options_of_another_kind_of_server_go_with_it():
    settings = applied({
        "DATABASES": {"default": {
            "ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"timeout": 20}, "ATOMIC_REQUESTS": True}},
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"CULL_FREQUENCY": 2}}},
        "CHANNEL_LAYERS": {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 7}}}},
        DATABASE_URL="postgres://db/shop", REDIS_URL="redis://cache", CHANNEL_LAYER_URL="redis://layer")
    assert "OPTIONS" not in settings["DATABASES"]["default"]
    assert settings["DATABASES"]["default"]["ATOMIC_REQUESTS"] is True
    assert "OPTIONS" not in settings["CACHES"]["default"]
    assert settings["CHANNEL_LAYERS"]["default"]["CONFIG"]["capacity"] == 1000


def test_beside_a_pool_of_connections_django_keeps_none_of_its_own():
    settings = applied(
        {"DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"pool": True}}}},
        DATABASE_URL="postgres://db/shop", CONN_MAX_AGE="60")
    assert settings["DATABASES"]["default"]["CONN_MAX_AGE"] == 0


def test_connections_are_not_kept_unless_it_is_said():
    assert applied(DATABASE_URL="postgres://db/shop")["DATABASES"]["default"]["CONN_MAX_AGE"] == 0


@pytest.mark.parametrize("environment, sentence", [
    ({}, "SECRET_KEY is missing: the environment does not have it, and NUAGES_CONFIG names no file."),
    ({"SECRET_KEY": ""}, "SECRET_KEY is missing: the environment does not have it, and NUAGES_CONFIG names no file."),
    ({"SECRET_KEY": "k", "DATABASE_URL": "shop@db"},
     "DATABASE_URL must be a URL such as postgres://user:password@host/name.")])
def test_what_is_missing_or_wrong_is_one_sentence(environment, sentence):
    with pytest.raises(ImproperlyConfigured) as refused:
        apply({}, values=Values.read(environment))
    assert str(refused.value) == sentence


def test_a_key_that_the_file_does_not_have_is_said_with_the_file(config):
    environment = config("DEBUG: false")
    with pytest.raises(ImproperlyConfigured) as refused:
        apply({}, values=Values.read(environment))
    assert str(refused.value) == (
        f"SECRET_KEY is missing: neither {environment['NUAGES_CONFIG']} nor the environment has it.")


def test_a_key_above_is_enough_to_collect_static_files():
    assert applied({"SECRET_KEY": "build"}, SECRET_KEY=None)["SECRET_KEY"] == "build"


def test_what_config_adds_becomes_settings_in_its_own_types(config):
    settings = {}
    values = apply(settings, values=Values.read(config("""
        SECRET_KEY: k
        ITEMS_PER_PAGE: 20
        FEATURES: {search: true}
        PAYMENT_URL: https://pay.example
        lower: case
        not-a-name: x
        """)))
    assert settings["ITEMS_PER_PAGE"] == 20 and settings["FEATURES"] == {"search": True}
    assert settings["PAYMENT_URL"] == "https://pay.example"
    assert not settings.keys() & {"lower", "not-a-name"}
    assert values["lower"] == "case"


def test_names_of_the_contract_are_translated_and_not_added(config):
    settings = {}
    apply(settings, values=Values.read(config("SECRET_KEY: k\nDATABASE_URL: postgres://db/shop\nHOME: /tmp")))
    assert not settings.keys() & {"DATABASE_URL", "HOME", "CONN_MAX_AGE"}


def test_celery_has_its_broker():
    settings = applied(CELERY_BROKER_URL="amqp://u:p@rabbit/shop")
    assert settings["CELERY_BROKER_URL"] == "amqp://u:p@rabbit/shop"
    assert settings["CELERY_BROKER_TRANSPORT_OPTIONS"] == {"confirm_publish": True}
    assert settings["CELERY_BEAT_SYNC_EVERY"] == 1
    assert "CELERY_BEAT_MAX_LOOP_INTERVAL" not in settings and "CELERY_RESULT_BACKEND" not in settings


@pytest.mark.parametrize("own", [None, "amqp://laptop", "amqps://laptop", ["pyamqp://laptop", "pyamqp://other"]])
def test_a_projects_options_for_its_broker_stay_beside_what_is_given(own):
    settings = {"CELERY_BROKER_TRANSPORT_OPTIONS": {"max_retries": 3, "confirm_publish": False}}
    if own:
        settings["CELERY_BROKER_URL"] = own
    applied(settings, CELERY_BROKER_URL="amqp://u:p@rabbit/shop")
    assert settings["CELERY_BROKER_TRANSPORT_OPTIONS"] == {"max_retries": 3, "confirm_publish": False}
    applied(settings, CELERY_BROKER_URL="amqp://u:p@rabbit/shop", CELERY_BROKER_TRANSPORT_OPTIONS='{"max_retries": 9}')
    assert settings["CELERY_BROKER_TRANSPORT_OPTIONS"] == {"max_retries": 9, "confirm_publish": False}


def test_a_projects_options_for_another_kind_of_broker_go_with_it():
    settings = applied({"CELERY_BROKER_URL": "redis://laptop", "CELERY_BROKER_TRANSPORT_OPTIONS": {"visibility_timeout": 5}},
                       CELERY_BROKER_URL="amqp://u:p@rabbit/shop")
    assert settings["CELERY_BROKER_TRANSPORT_OPTIONS"] == {"confirm_publish": True}


def test_redis_as_a_broker_has_its_options_and_celery_its_namespace():
    settings = applied(celery="WORK", CELERY_BROKER_URL="redis://broker", CELERY_RESULT_BACKEND="redis://results",
                       CELERY_BROKER_TRANSPORT_OPTIONS='{"visibility_timeout": 7200}')
    assert settings["WORK_BROKER_URL"] == "redis://broker" and settings["WORK_RESULT_BACKEND"] == "redis://results"
    assert settings["WORK_BROKER_TRANSPORT_OPTIONS"] == {"visibility_timeout": 7200}
    assert not any(name.startswith("CELERY_") for name in settings)


def test_redbeat_has_its_redis_and_a_short_loop():
    settings = applied({"CELERY_BEAT_SYNC_EVERY": 10}, CELERY_BROKER_URL="redis://broker",
                       REDBEAT_REDIS_URL="redis://beat", REDBEAT_KEY_PREFIX="shop:")
    assert settings["CELERY_REDBEAT_REDIS_URL"] == "redis://beat" and settings["CELERY_REDBEAT_KEY_PREFIX"] == "shop:"
    assert settings["CELERY_BEAT_MAX_LOOP_INTERVAL"] == 5 and settings["CELERY_REDBEAT_REDIS_OPTIONS"] == {}
    assert settings["CELERY_BEAT_SYNC_EVERY"] == 10, "the project's own stays"


BUCKET = {"AWS_STORAGE_BUCKET_NAME": "media", "AWS_S3_ENDPOINT_URL": "https://s3.example", "AWS_S3_REGION_NAME": "eu",
          "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}


def test_a_bucket_holds_the_media():
    settings = applied({"STORAGES": {"staticfiles": {"BACKEND": "own"}}}, **BUCKET)
    assert settings["STORAGES"] == {
        "default": {"BACKEND": "storages.backends.s3.S3Storage"}, "staticfiles": {"BACKEND": "own"}}
    assert {name: settings[name] for name in BUCKET} == BUCKET


def test_a_bucket_leaves_the_static_files_where_they_are():
    assert applied(**BUCKET)["STORAGES"]["staticfiles"] == {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def test_a_bucket_beside_settings_of_older_names():
    settings = applied({"STATICFILES_STORAGE": "own"}, **BUCKET)
    assert settings["DEFAULT_FILE_STORAGE"] == "storages.backends.s3.S3Storage" and "STORAGES" not in settings


def test_the_health_path_is_answered_first_and_once():
    settings = {"MIDDLEWARE": ("a", "b")}
    applied(applied(settings))
    assert settings["MIDDLEWARE"] == [HEALTH, "a", "b"]


def test_the_logging_is_one_that_python_takes():
    logging.config.dictConfig(applied()["LOGGING"])
    assert applied({"LOGGING": {"version": 1}})["LOGGING"] == {"version": 1}
