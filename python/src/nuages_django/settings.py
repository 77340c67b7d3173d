"""Two lines at the end of ``settings.py`` that take over what the operator gives; see :func:`apply`."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from .values import FILE, OVERRIDES, Values

HEALTH = "nuages_django.health.HealthMiddleware"
S3 = "storages.backends.s3.S3Storage"
CORE_LAYER = "channels_redis.core.RedisChannelLayer"
#: Names of the contract that are read here, or that are for others than Django: they become no settings by themselves.
CONTRACT = frozenset({
    "ALLOWED_HOSTS", "APP_VERSION", "AWS_ACCESS_KEY_ID", "AWS_S3_ENDPOINT_URL", "AWS_S3_REGION_NAME",
    "AWS_SECRET_ACCESS_KEY", "AWS_STORAGE_BUCKET_NAME", "CELERY_BROKER_TRANSPORT_OPTIONS", "CELERY_BROKER_URL",
    "CELERY_RESULT_BACKEND", "CHANNEL_LAYER_PREFIX", "CHANNEL_LAYER_URL", "CONN_MAX_AGE", "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL", "DEBUG", "DJANGO_SETTINGS_MODULE", "HOME", "MEDIA_ROOT", "MEDIA_URL", FILE, OVERRIDES,
    "PYTHONUNBUFFERED",
    "REDBEAT_KEY_PREFIX", "REDBEAT_REDIS_URL", "REDIS_URL", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "STATIC_URL",
})


def apply(settings: MutableMapping[str, Any], *, celery: str = "CELERY", values: Values | None = None) -> Values:
    """
    Sets what the operator says; what it does not say stays as it is, so that defaults for a laptop may stand above.

    - ``SECRET_KEY``, ``SECRET_KEY_FALLBACKS``, ``DEBUG``, ``ALLOWED_HOSTS``, ``CSRF_TRUSTED_ORIGINS``, ``APP_VERSION``
      and ``SECURE_PROXY_SSL_HEADER``;
    - the ``default`` of ``DATABASES``, ``CACHES`` and ``CHANNEL_LAYERS``, and of ``STORAGES`` if there is a bucket;
    - Celery's broker and result backend, RedBeat's Redis, and a beat that remembers what it sent when it is killed;
    - ``STATIC_URL``, ``MEDIA_URL`` and ``MEDIA_ROOT``;
    - ``LOGGING``, unless there is one: JSON, a line for each record, on the standard output;
    - first in ``MIDDLEWARE``, an answer at ``/healthz``;
    - and each further name in capitals that the file holds, which is what the app's ``config:`` adds.

    :param settings: the module's own ``globals()``
    :param celery: the namespace that the project's ``config_from_object`` names
    :param values: read from the file and the environment by default
    :return: the values, for those that are not settings of Django
    :raises ImproperlyConfigured: if there is no ``SECRET_KEY``, or something cannot be read, in one sentence
    """
    values = Values.read() if values is None else values
    _add_what_config_adds(settings, values)
    _security(settings, values)
    _database(settings, values)
    _redis(settings, values)
    _celery(settings, values, celery)
    _files(settings, values)
    _health(settings)
    settings.setdefault("LOGGING", logging())
    return values


def logging(level: str = "INFO") -> dict[str, Any]:
    """A ``LOGGING`` that writes each record as one line of JSON to the standard output."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "nuages_django.logs.JsonFormatter"}},
        "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
        "root": {"handlers": ["stdout"], "level": level},
    }


def _add_what_config_adds(settings: MutableMapping[str, Any], values: Values) -> None:
    for name, value in values.file.items():
        if name not in CONTRACT and name.isidentifier() and name.isupper():
            settings[name] = value


def _security(settings: MutableMapping[str, Any], values: Values) -> None:
    key = values.text("SECRET_KEY") or settings.get("SECRET_KEY")
    if not key:
        raise ImproperlyConfigured(f"SECRET_KEY is missing: {values.source}.")
    settings["SECRET_KEY"] = key
    if "DEBUG" in values:
        settings["DEBUG"] = values.flag("DEBUG")
    for name in ("SECRET_KEY_FALLBACKS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"):
        if name in values:
            settings[name] = values.texts(name)
    version = values.text("APP_VERSION")
    if version:
        settings["APP_VERSION"] = version
        # TLS ends at the ingress, which says so, and which alone reaches the pods that have a version.
        settings.setdefault("SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https"))


def _database(settings: MutableMapping[str, Any], values: Values) -> None:
    url = values.text("DATABASE_URL")
    if url is None:
        return
    try:
        database: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError):
        raise ImproperlyConfigured("DATABASE_URL must be a URL such as postgres://user:password@host/name.") from None
    age = values.whole("CONN_MAX_AGE")
    database |= {"CONN_MAX_AGE": 0 if age is None else age, "CONN_HEALTH_CHECKS": True}
    # The URL says nothing of it: a project behind PgBouncer does.
    database.pop("DISABLE_SERVER_SIDE_CURSORS", None)
    _default(settings, "DATABASES", database)
    default = settings["DATABASES"]["default"]
    if default.get("OPTIONS", {}).get("pool"):
        # Django refuses to keep connections beside a pool that does.
        default["CONN_MAX_AGE"] = 0


def _redis(settings: MutableMapping[str, Any], values: Values) -> None:
    cache = values.text("REDIS_URL")
    if cache:
        _default(settings, "CACHES", {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": cache,
        })
    layer = values.text("CHANNEL_LAYER_URL")
    if layer:
        prefix = values.text("CHANNEL_LAYER_PREFIX")
        _default(settings, "CHANNEL_LAYERS", {
            "BACKEND": CORE_LAYER,
            "CONFIG": {
                # channels_redis waits for 5 seconds at a time, just when redis-py 8 gives up (django/channels_redis#422).
                "hosts": [{"address": layer, "socket_timeout": 30}],
                **({"prefix": prefix} if prefix else {}),
            },
        })
        default = settings["CHANNEL_LAYERS"]["default"]
        if default["BACKEND"] == CORE_LAYER:
            # It drops what a channel has no room for, without a word: after 100 messages by its own default.
            default["CONFIG"].setdefault("capacity", 1000)
            default["CONFIG"].setdefault("expiry", 60)


def _celery(settings: MutableMapping[str, Any], values: Values, namespace: str) -> None:
    broker = values.text("CELERY_BROKER_URL")
    if broker is None:
        return
    own_broker = settings.get(f"{namespace}_BROKER_URL")
    same = not own_broker or _broker_kind(own_broker) == _broker_kind(broker)
    own_options = settings.get(f"{namespace}_BROKER_TRANSPORT_OPTIONS") if same else None
    options = {**(own_options or {}), **values.mapping("CELERY_BROKER_TRANSPORT_OPTIONS")}
    if _broker_kind(broker) == "amqp":
        # RabbitMQ says that it has a task before the one who sent it goes on.
        options.setdefault("confirm_publish", True)
    said: dict[str, Any] = {
        "BROKER_URL": broker,
        "BROKER_TRANSPORT_OPTIONS": options,
        "RESULT_BACKEND": values.text("CELERY_RESULT_BACKEND"),
        "REDBEAT_REDIS_URL": values.text("REDBEAT_REDIS_URL"),
        "REDBEAT_KEY_PREFIX": values.text("REDBEAT_KEY_PREFIX"),
    }
    settings.update({f"{namespace}_{name}": value for name, value in said.items() if value is not None})
    better: dict[str, Any] = {
        # Celery 6 refuses to start without one of these.
        "BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        # By default, beat writes down what it sent every three minutes: killed before, it would send again.
        "BEAT_SYNC_EVERY": 1,
        # Django's LOGGING holds for workers too.
        "WORKER_HIJACK_ROOT_LOGGER": False,
    }
    if said["REDBEAT_REDIS_URL"]:
        # RedBeat's lock is held for five of these: by default, nothing ticks for 25 minutes when its leader is killed.
        better["BEAT_MAX_LOOP_INTERVAL"] = 5
        # Or RedBeat takes the broker's, which are for another server.
        better["REDBEAT_REDIS_OPTIONS"] = {}
    for name, value in better.items():
        settings.setdefault(f"{namespace}_{name}", value)


def _broker_kind(url: Any) -> str:
    """RabbitMQ's or Redis', over TLS or not; of several brokers, which Celery takes in turn, the first one's."""
    first = url[0] if isinstance(url, (list, tuple)) else url
    scheme = str(first).partition("://")[0]
    return {"amqps": "amqp", "pyamqp": "amqp", "librabbitmq": "amqp", "rediss": "redis"}.get(scheme, scheme)


def _files(settings: MutableMapping[str, Any], values: Values) -> None:
    for name in ("STATIC_URL", "MEDIA_URL", "MEDIA_ROOT"):
        value = values.text(name)
        if value:
            settings[name] = value
    if not values.text("AWS_STORAGE_BUCKET_NAME"):
        return
    for name in CONTRACT:
        value = values.text(name) if name.startswith("AWS_") else None
        if value:
            settings[name] = value
    # Django 4.2 takes either these older names or STORAGES.
    if settings.keys() & {"DEFAULT_FILE_STORAGE", "STATICFILES_STORAGE"}:
        settings["DEFAULT_FILE_STORAGE"] = S3
        return
    _default(settings, "STORAGES", {"BACKEND": S3})
    settings["STORAGES"].setdefault(
        "staticfiles", {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"})


def _health(settings: MutableMapping[str, Any]) -> None:
    middleware = list(settings.get("MIDDLEWARE", ()))
    if HEALTH not in middleware:
        # First: what comes later may redirect, or ask which host is meant.
        settings["MIDDLEWARE"] = [HEALTH, *middleware]


def _default(settings: MutableMapping[str, Any], name: str, given: Mapping[str, Any]) -> None:
    """Puts what is given over the one called default, and leaves the others."""
    all_of_them = settings.get(name, {})
    settings[name] = {**all_of_them, "default": _over(all_of_them.get("default", {}), given)}


def _over(former: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """
    What is given, and of what stood there all that it does not name.

    Options are for one kind of server: those of a laptop's SQLite mean nothing to PostgreSQL. A class that is another
    package's for the same kind, such as PostGIS, django-redis or Channels' layer by publish and subscribe, stays.
    """
    kind = "ENGINE" if "ENGINE" in given else "BACKEND"
    merged = {**former, **given}
    same = _kind(former.get(kind, "")) == _kind(given[kind])
    if same:
        merged[kind] = former[kind]
    for options in ("OPTIONS", "CONFIG"):
        kept = former.get(options, {}) if same else {}
        merged[options] = {**kept, **given.get(options, {})}
        if not merged[options]:
            del merged[options]
    return merged


def _kind(name: str) -> str:
    if name.startswith("channels_redis."):
        return "channels_redis"
    last = name.rpartition(".")[2]
    return "postgresql" if last == "postgis" else last
