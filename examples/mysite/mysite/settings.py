"""Settings of mysite: everything that differs between places comes from the environment, and what is not set is off."""
import json
import os
from pathlib import Path

import dj_database_url

from mysite.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent


def listed(name):
    """A setting that holds several values, with commas between them."""
    return [value.strip() for value in os.environ.get(name, "").split(",") if value.strip()]


SECRET_KEY = os.environ["SECRET_KEY"]
SECRET_KEY_FALLBACKS = listed("SECRET_KEY_FALLBACKS")
DEBUG = os.environ.get("DEBUG", "false").lower() == "true"
ALLOWED_HOSTS = listed("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = listed("CSRF_TRUSTED_ORIGINS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
APP_VERSION = os.environ.get("APP_VERSION", "unknown")

DATABASES = {"default": dj_database_url.config(
    default=f"sqlite:///{BASE_DIR}/db.sqlite3",
    conn_max_age=int(os.environ.get("CONN_MAX_AGE", "60")), conn_health_checks=True)}

REDIS_URL = os.environ.get("REDIS_URL")
if REDIS_URL:
    CACHES = {"default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL,
        # A cache that does not answer must not hold up a page.
        "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}}}

CHANNEL_LAYERS = {}
if "CHANNEL_LAYER_URL" in os.environ:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # It waits for 5 seconds at a time, just when redis-py 8 gives up by default (django/channels_redis#422).
            "hosts": [{"address": os.environ["CHANNEL_LAYER_URL"], "socket_timeout": 30}],
            "prefix": os.environ.get("CHANNEL_LAYER_PREFIX", "mysite"), "capacity": 1000}}
elif DEBUG:
    # Enough for `runserver`, where one process does everything.
    CHANNEL_LAYERS["default"] = {"BACKEND": "channels.layers.InMemoryChannelLayer"}

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL")
CELERY_RESULT_BACKEND = os.environ.get("CELERY_RESULT_BACKEND")
CELERY_TASK_IGNORE_RESULT = CELERY_RESULT_BACKEND is None
CELERY_BROKER_TRANSPORT_OPTIONS = json.loads(os.environ.get("CELERY_BROKER_TRANSPORT_OPTIONS", "{}"))
if (CELERY_BROKER_URL or "").startswith("amqp"):
    # RabbitMQ says that it has a task before the one who sent it goes on: none is lost when it restarts.
    CELERY_BROKER_TRANSPORT_OPTIONS.setdefault("confirm_publish", True)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "fast"
CELERY_TASK_CREATE_MISSING_QUEUES = True
# A task is done when it is done: one whose worker dies goes back to its queue, and so do those of a lost connection,
# which are stopped, for they could not be acknowledged and would be run once more.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
# No worker holds tasks that it does not work on: another may be idle, and it may be about to stop.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Django's logging is enough.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_REDBEAT_REDIS_URL = os.environ.get("REDBEAT_REDIS_URL")
CELERY_REDBEAT_KEY_PREFIX = os.environ.get("REDBEAT_KEY_PREFIX", "redbeat:")
CELERY_REDBEAT_REDIS_OPTIONS = {}

INSTALLED_APPS = [
    # Its `runserver` knows websockets.
    *(["daphne"] if DEBUG else []),
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
    "channels", "django_celery_beat", "mysite", "chat", "jobs", "polls",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "mysite.urls"
WSGI_APPLICATION = "mysite.wsgi.application"
ASGI_APPLICATION = "mysite.asgi.application"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = os.environ.get("STATIC_URL", "/static/")
STATIC_ROOT = BASE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # The hash of its content is in each file's name: a browser may keep it for ever.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
MEDIA_URL = os.environ.get("MEDIA_URL", "/media/")
MEDIA_ROOT = os.environ.get("MEDIA_ROOT", BASE_DIR / "media")
LOGGING = {"version": 1, "disable_existing_loggers": False,
           "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}},
           "root": {"handlers": ["stdout"], "level": "INFO"}}
