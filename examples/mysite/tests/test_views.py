import pytest
import redis
from polls.models import Choice, Question

pytestmark = pytest.mark.django_db


def test_the_front_page_tells_what_runs(client):
    page = client.get("/").content.decode()
    assert "1.0" in page and "sqlite" in page
    assert "Which cloud do you like best?" in page and "Cumulus" in page
    assert "polls.0002_first_poll" in page or "sessions." in page


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
    answer = client.get("/")
    assert answer.status_code == 200 and "Visits" not in answer.content.decode()


def test_visits_are_counted_by_redis(client, settings, monkeypatch):
    settings.REDIS_URL = "redis://redis/0"
    monkeypatch.setattr(redis.Redis, "incr", lambda self, name: 41)
    page = client.get("/").content.decode()
    assert "Visits" in page and "41" in page
