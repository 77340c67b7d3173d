import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from jobs.models import CommandRun, TaskRun, Tick
from polls.models import Choice, Question

pytestmark = pytest.mark.django_db


def page(client):
    return client.get("/").content.decode()


def test_the_front_page_tells_what_runs(client):
    shown = page(client)
    assert "<title>mysite 1.0</title>" in shown and "sqlite" in shown
    assert "Which cloud do you like best?" in shown and "Cumulus" in shown
    assert re.search(r"\w+\.\d{4}_\w+, \d+.minutes? ago", shown)


def test_parts_that_are_not_set_up_are_off(client):
    shown = page(client)
    assert "Off: no channel layer is set." in shown
    assert shown.count("Off: no broker is set.") == 2
    assert "Run a fast task" not in shown and "Visits" not in shown


def test_parts_that_are_set_up_are_on(client, settings):
    settings.CELERY_BROKER_URL = "memory://"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    shown = page(client)
    assert "Off:" not in shown
    assert "Run a fast task" in shown and 'id="say"' in shown and "No tick yet." in shown


def test_the_panels_show_what_ran_in_the_background(client, settings):
    settings.CELERY_BROKER_URL = "memory://"
    now = timezone.now()
    for seconds, times in [(21, 1), (16, 1), (15, 1), (5, 1), (0, 2)]:
        Tick.objects.create(schedule="tick", sent=now - timedelta(seconds=seconds), times=times, beat="gen1@beat-0")
    TaskRun.objects.create(key="one", queue="slow", worker="w@slow-0", started=now)
    CommandRun.objects.create(command="tidy", host="tidy-1", version="1.0", started=now, finished=now, outcome="deleted 0")
    shown = client.get("/panels/").content.decode()
    assert re.findall(r'<i class="(\w+)"', shown) == ["right", "early", "late", "twice"]
    assert re.search(r"Last tick \d s ago", shown) and "gen1@beat-0" in shown and "silent" not in shown
    assert "w@slow-0" in shown and "at work" in shown
    assert "manage.py tidy" in shown and "deleted 0, on tidy-1" in shown
    assert set(re.findall(r'id="(live-\w+)"', shown)) == set(re.findall(r'id="(live-\w+)"', page(client)))


def test_a_beat_that_stopped_is_silent(client):
    Tick.objects.create(schedule="tick", sent=timezone.now() - timedelta(seconds=16), beat="gen1@beat-0")
    assert "beat is silent" in page(client)


def test_static_files_have_the_hash_of_their_content_in_their_names(client, static_root):
    names = re.findall(r'/static/(mysite/[a-z]+\.[0-9a-f]{12}\.(?:css|js|svg))"', page(client))
    assert {name.split(".")[0] for name in names} == {"mysite/site", "mysite/cloud"}
    assert all((static_root / name).is_file() for name in names)
    css = next(static_root.glob("mysite/site.????????????.css")).read_text()
    assert re.search(r'@import url\("theme\.[0-9a-f]{12}\.css"\)', css)


def test_a_vote_counts_once_and_leads_back(client):
    choice = Choice.objects.get(text="Cirrus")
    answer = client.post(f"/polls/{choice.question_id}/vote", {"choice": choice.pk})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert list(Choice.objects.order_by("pk").values_list("votes", flat=True)) == [0, 1, 0]


def test_a_vote_is_not_counted_by_get(client):
    assert client.get(f"/polls/{Question.objects.get().pk}/vote").status_code == 405


@pytest.mark.parametrize("choice", ["", "999"])
def test_a_vote_for_no_choice_is_not_found(client, choice):
    assert client.post(f"/polls/{Question.objects.get().pk}/vote", {"choice": choice}).status_code == 404


def test_a_choice_of_another_question_is_not_found(client):
    other = Question.objects.create(text="And else?")
    assert client.post(f"/polls/{other.pk}/vote", {"choice": Choice.objects.first().pk}).status_code == 404


def test_a_host_that_is_not_allowed_is_refused(client):
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_it_is_healthy_without_a_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_visits_are_left_out_while_redis_does_not_answer(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache",
                                   "LOCATION": settings.REDIS_URL}}
    answer = client.get("/")
    assert answer.status_code == 200 and "Visits" not in answer.content.decode()


def test_visits_are_counted_by_the_cache(client, settings):
    settings.REDIS_URL = "redis://redis/0"
    cache.clear()
    page(client)
    assert "<dt>Visits</dt><dd>2</dd>" in page(client)


@pytest.mark.parametrize("model", ["chat/message", "jobs/taskrun", "jobs/tick", "jobs/commandrun", "jobs/migraterun",
                                   "polls/question", "django_celery_beat/periodictask"])
def test_the_admin_shows_each_kind_of_thing(admin_client, model):
    TaskRun.objects.create(key="one", started=timezone.now())
    Tick.objects.create(schedule="tick", sent=timezone.now())
    CommandRun.objects.create(command="tidy", started=timezone.now())
    answer = admin_client.get(f"/admin/{model}/")
    assert answer.status_code == 200


def test_what_happened_cannot_be_made_up_in_the_admin(admin_client):
    assert admin_client.get("/admin/jobs/tick/add/").status_code == 403
