from datetime import timedelta

import pytest
from celery.beat import PersistentScheduler
from celery.schedules import crontab
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_celery_beat.schedulers import DatabaseScheduler
from kombu.exceptions import OperationalError

from jobs.models import CommandRun, TaskRun, Tick
from jobs.tasks import tick, work, work_acknowledged_early
from mysite.celery import app, stamp
from mysite.schedule import TICK

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(settings, monkeypatch):
    """What was sent to the broker: for each task its arguments and its queue."""
    settings.CELERY_BROKER_URL = "memory://"
    tasks = []
    monkeypatch.setattr(work, "apply_async", lambda args, queue: tasks.append((args, queue)))
    return tasks


def ticks(*seconds, times=1):
    now = timezone.now()
    for at in seconds:
        Tick.objects.create(schedule="tick", sent=now + timedelta(seconds=at), times=times)


def run(key, finished=True):
    now = timezone.now()
    TaskRun.objects.create(key=key, queue="fast", started=now, finished=now if finished else None)


def test_a_task_is_sent_with_the_id_and_to_the_queue_that_was_asked_for(client, sent):
    answer = client.post("/tasks/", {"id": "e2e-1", "queue": "slow", "seconds": "2.5"})
    assert (answer.status_code, answer.json()) == (202, {"id": "e2e-1", "queue": "slow"})
    assert sent == [(["e2e-1", 2.5], "slow")]


def test_a_task_may_be_acknowledged_when_it_begins(client, sent, monkeypatch):
    early = []
    monkeypatch.setattr(work_acknowledged_early, "apply_async", lambda args, queue: early.append((args, queue)))
    assert client.post("/tasks/", {"id": "1", "acks": "early"}).status_code == 202
    assert (early, sent) == ([(["1", 0.05], "fast")], [])
    assert work.acks_late and not work_acknowledged_early.acks_late


def test_a_person_is_led_back_to_the_front_page(client, sent):
    answer = client.post("/tasks/", {"queue": "fast"}, headers={"accept": "text/html,*/*"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    [([key, seconds], queue)] = sent
    assert len(key) == 36 and seconds == 0.05 and queue == "fast"


def test_a_task_needs_no_csrf_token(sent):
    assert Client(enforce_csrf_checks=True).post("/tasks/", {"id": "1"}).status_code == 202


@pytest.mark.parametrize("wrong", [{"queue": "odd"}, {"acks": "never"}, {"seconds": "long"}, {"seconds": "nan"}, {"seconds": "-1"},
                                   {"seconds": "601"}, {"id": "x" * 101}])
def test_a_wrong_task_is_refused_with_a_sentence(client, sent, wrong):
    answer = client.post("/tasks/", wrong)
    assert answer.status_code == 400 and next(iter(wrong)) in answer.content.decode()
    assert sent == []


def test_without_a_broker_tasks_are_off(client):
    answer = client.post("/tasks/", {"id": "1"})
    assert (answer.status_code, answer.json()) == (503, {"error": "tasks are off: CELERY_BROKER_URL is not set"})


def test_a_broker_that_does_not_answer_is_said(client, sent, monkeypatch):
    def refuse(args, queue):
        raise OperationalError("connection refused")
    monkeypatch.setattr(work, "apply_async", refuse)
    answer = client.post("/tasks/", {"id": "1"})
    assert answer.status_code == 503 and "connection refused" in answer.json()["error"]


def test_a_task_is_recorded_when_it_begins_and_when_it_ends(client):
    work.apply(args=["a"])
    row = TaskRun.objects.get()
    assert row.key == "a" and row.version == "1.0" and row.started < row.finished


def test_tasks_are_counted_once_and_doubles_beside(client):
    run("x-1"), run("x-2"), run("x-2"), run("x-2"), run("x-3", finished=False), run("y-1")
    counts = client.get("/counts/", {"prefix": "x-"}).json()
    assert (counts["tasks"], counts["doubled_tasks"], counts["unfinished_tasks"]) == (2, 2, 1)
    assert client.get("/counts/").json()["tasks"] == 3


def test_a_tick_knows_when_beat_sent_it_and_counts_deliveries():
    headers = {}
    stamp(headers=headers)
    tick.push_request(**headers, origin="gen1@beat-0", hostname="fast@fast-0")
    try:
        for _ in range(3):
            tick.run("tick")
    finally:
        tick.pop_request()
    row = Tick.objects.get()
    assert row.sent.isoformat() == headers["sent"] and row.times == 3
    assert (row.beat, row.worker) == ("gen1@beat-0", "fast@fast-0")


def test_ticks_of_one_beat_are_counted(client):
    ticks(0, 6.4, 10, 14.5)
    counts = client.get("/counts/").json()
    assert (counts["ticks"], counts["doubled_ticks"], counts["missed_ticks"]) == (4, 0, 0)
    assert counts["longest_gap_seconds"] == 6.4


@pytest.mark.parametrize("offset", [0.01, 1, 2.5, 4.9])
def test_a_second_beat_doubles_its_ticks_at_any_offset(client, offset):
    ticks(*[5 * n for n in range(10)], *[5 * n + offset for n in range(10)])
    assert client.get("/counts/").json()["doubled_ticks"] >= 9


def test_ticks_that_came_twice_are_doubled_and_those_that_did_not_come_are_missed(client):
    ticks(0, times=3)
    ticks(20)
    counts = client.get("/counts/").json()
    assert (counts["doubled_ticks"], counts["missed_ticks"], counts["longest_gap_seconds"]) == (2, 3, 20.0)


def test_minutes_that_came_again_are_doubled_and_those_between_that_did_not_are_missed(client):
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    for seconds, times in ((0.1, 1), (59.9, 2), (60.1, 1), (240.5, 1)):
        Tick.objects.create(schedule="minute", sent=noon + timedelta(seconds=seconds), times=times)
    ticks(0)
    counts = client.get("/counts/").json()
    assert (counts["minutes"], counts["doubled_minutes"], counts["missed_minutes"]) == (3, 2, 2)
    assert counts["first_minute"] == noon.isoformat().replace("+00:00", "Z")
    assert counts["ticks"] == 1


def test_where_no_minute_ticked_none_is_missed(client):
    counts = client.get("/counts/").json()
    assert (counts["minutes"], counts["doubled_minutes"], counts["missed_minutes"]) == (0, 0, 0)
    assert counts["first_minute"] is None


def test_counts_begin_where_one_says(client):
    ticks(-1000, -10)
    since = (timezone.now() - timedelta(seconds=500)).isoformat()
    assert client.get("/counts/", {"since": since}).json()["ticks"] == 1


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01T00:00:00Z"])
def test_a_wrong_time_is_refused(client, since):
    assert client.get("/counts/", {"since": since}).status_code == 400


def test_tidy_deletes_what_is_old_and_records_that_it_ran(client, capsys):
    ticks(-25 * 3600, -3600)
    call_command("tidy")
    assert "deleted 1 rows older than 24 hours" in capsys.readouterr().out
    row = CommandRun.objects.get()
    assert row.command == "tidy" and row.finished and row.outcome.startswith("deleted 1")
    assert client.get("/counts/").json()["commands"] == 1


def test_tidy_refuses_hours_that_are_to_come():
    with pytest.raises(CommandError, match="must not be negative"):
        call_command("tidy", "--hours=-1")
    assert not CommandRun.objects.exists()


def test_the_file_scheduler_takes_the_schedule(tmp_path):
    scheduler = PersistentScheduler(app, schedule_filename=str(tmp_path / "schedule"))
    try:
        assert scheduler.schedule["tick"].schedule.run_every == TICK
        assert scheduler.schedule["minute"].schedule == crontab()
    finally:
        scheduler.close()


def test_the_database_scheduler_takes_the_schedule():
    entry = DatabaseScheduler(app).schedule["tick"]
    assert entry.schedule.run_every == TICK and entry.args == ["tick"] and entry.options["queue"] == "fast"
