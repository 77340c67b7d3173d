import django
import pytest
from django.conf import settings

from nuages_django.settings import HEALTH


def pytest_configure():
    settings.configure(
        SECRET_KEY="test", ALLOWED_HOSTS=["www.example.org", "testserver"], SECURE_SSL_REDIRECT=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        MIDDLEWARE=[HEALTH, "django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
        ROOT_URLCONF="urls", USE_TZ=True)
    django.setup()


def pytest_report_header():
    return f"django: {django.get_version()}"


@pytest.fixture
def config(tmp_path):
    """Writes the operator's file; returns the environment that names it."""
    def write(text, **environment):
        path = tmp_path / "config.yaml"
        path.write_text(text)
        return {"NUAGES_CONFIG": str(path), **environment}
    return write
