import json
import logging
import sys
from datetime import datetime, timedelta

import pytest

from nuages_django.logs import JsonFormatter


def line(*arguments, logger="shop.orders", level=logging.INFO, exc_info=None, extra=None):
    record = logging.getLogger(logger).makeRecord(
        logger, level, __file__, 1, arguments[0], arguments[1:], exc_info, extra=extra)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_record_is_one_line_with_its_parts():
    written = line("sold %s for %d €", "a cloud", 7, level=logging.WARNING)
    assert datetime.fromisoformat(written.pop("time")).utcoffset() == timedelta(0)
    assert written == {"level": "WARNING", "logger": "shop.orders", "message": "sold a cloud for 7 €"}


def test_what_the_call_adds_has_its_own_name():
    assert line("sold", extra={"order": 7, "status_code": 201})["order"] == 7


def test_what_the_call_adds_cannot_stand_for_another_part():
    assert line("sold", extra={"level": "NONE", "logger": "none", "time": "never"})["level"] == "INFO"


def test_objects_are_written_as_their_text_and_requests_are_left_out():
    written = line("sold", extra={"path": sys, "request": object()})
    assert written["path"].startswith("<module 'sys'") and "request" not in written


def test_the_arguments_of_tasks_stay_out():
    assert "data" not in line("task received", logger="celery.worker.strategy", extra={"data": {"args": "['s3cret']"}})
    assert line("sold", extra={"data": 1})["data"] == 1


def test_a_traceback_is_in_the_line():
    try:
        raise ValueError("no\nclouds")
    except ValueError:
        written = line("not sold", exc_info=sys.exc_info())
    assert written["exception"].startswith("Traceback") and written["exception"].endswith("ValueError: no\nclouds")


@pytest.mark.parametrize("text", ["line\nbreak", "quote\"", "\x00", "☁"])
def test_any_text_stays_one_line(text):
    assert line("%s", text)["message"] == text
