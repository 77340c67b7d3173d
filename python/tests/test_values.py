import pytest
from django.core.exceptions import ImproperlyConfigured

from nuages_django.values import Values


def values(**environment):
    return Values.read(environment)


def test_the_file_comes_before_the_environment(config):
    read = Values.read(config("REDIS_URL: redis://file/0", REDIS_URL="redis://environment/0", APP_VERSION="1.0"))
    assert read.text("REDIS_URL") == "redis://file/0"
    assert read.text("APP_VERSION") == "1.0"
    assert dict(read.file) == {"REDIS_URL": "redis://file/0"}
    assert sorted(read) == ["APP_VERSION", "NUAGES_CONFIG", "REDIS_URL"] and len(read) == 3


def test_what_a_process_is_given_of_its_own_comes_before_the_file(config):
    read = Values.read(config("{A: file, B: file, C: file}", A="own", B="own", NUAGES_OVERRIDES="B, C"))
    assert [read["A"], read["B"], read["C"]] == ["file", "own", "file"]


def test_the_types_of_the_file_and_of_the_environment_come_out_alike(config):
    file = Values.read(config("""
        DEBUG: true
        CONN_MAX_AGE: 60
        ALLOWED_HOSTS: [a.example, b.example]
        CELERY_BROKER_TRANSPORT_OPTIONS: {visibility_timeout: 3600}
        """))
    environment = values(DEBUG="true", CONN_MAX_AGE="60", ALLOWED_HOSTS="a.example, b.example,",
                         CELERY_BROKER_TRANSPORT_OPTIONS='{"visibility_timeout": 3600}')
    for read in [file, environment]:
        assert read.flag("DEBUG") is True
        assert read.whole("CONN_MAX_AGE") == 60
        assert read.texts("ALLOWED_HOSTS") == ["a.example", "b.example"]
        assert read.mapping("CELERY_BROKER_TRANSPORT_OPTIONS") == {"visibility_timeout": 3600}


@pytest.mark.parametrize("read", [values(), values(X="")])
def test_what_is_not_set_or_empty_is_nothing(read):
    assert read.text("X") is None and read.whole("X") is None
    assert read.texts("X") == [] and read.mapping("X") == {}
    assert read.flag("X") is False and read.flag("X", default=True) is True


@pytest.mark.parametrize("text, flag", [("True", True), ("on", True), ("1", True), ("no", False), ("0", False)])
def test_flags_are_written_in_several_ways(text, flag):
    assert values(DEBUG=text).flag("DEBUG") is flag


@pytest.mark.parametrize("method, wrong", [
    ("flag", "perhaps"), ("whole", "1.5"), ("whole", "s3cret"), ("mapping", "s3cret"), ("mapping", "[1]")])
def test_what_cannot_be_read_is_named_and_not_shown(method, wrong):
    with pytest.raises(ImproperlyConfigured) as refused:
        getattr(values(NAME=wrong), method)("NAME")
    assert str(refused.value).startswith("NAME must be ") and wrong not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize("method, wrong", [
    ("text", "[a]"), ("flag", "[true]"), ("whole", "true"), ("whole", "1.5"), ("texts", "{a: 1}"), ("texts", "[[a]]"),
    ("mapping", "[a]")])
def test_a_wrong_type_in_the_file_is_named(config, method, wrong):
    with pytest.raises(ImproperlyConfigured, match="^NAME must be "):
        getattr(Values.read(config(f"NAME: {wrong}")), method)("NAME")


@pytest.mark.parametrize("text, sentence", [
    ("a: [s3cret", "which is not YAML at line "), ("- s3cret", "must be a YAML mapping"), ("1: s3cret", "must be a YAML mapping"),
    ("a: !!python/name:os.system s3cret", "which is not YAML at line 1")])
def test_a_file_that_is_no_mapping_is_said_without_quoting_it(config, text, sentence):
    with pytest.raises(ImproperlyConfigured) as refused:
        Values.read(config(text))
    assert sentence in str(refused.value) and "s3cret" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_file_that_is_not_text_is_said(config, tmp_path):
    environment = config("")
    (tmp_path / "config.yaml").write_bytes(b"a: \xff")
    with pytest.raises(ImproperlyConfigured, match="cannot be read: it is not in UTF-8"):
        Values.read(environment)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ImproperlyConfigured, match=f"NUAGES_CONFIG names {tmp_path}/none.yaml, and there is no such file"):
        Values.read({"NUAGES_CONFIG": f"{tmp_path}/none.yaml"})


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="cannot be read: Is a directory"):
        Values.read({"NUAGES_CONFIG": str(tmp_path)})


def test_an_empty_file_says_nothing(config):
    assert dict(Values.read(config("# nothing yet\n")).file) == {}
