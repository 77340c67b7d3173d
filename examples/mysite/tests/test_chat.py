import asyncio

import pytest
from asgiref.sync import async_to_sync
from channels.layers import channel_layers, get_channel_layer
from channels.testing import WebsocketCommunicator
from django.core.management import get_commands

from chat.consumers import Bot, Counter
from chat.models import Message
from mysite.asgi import application

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 120
ORIGIN = [(b"origin", b"http://mysite.localhost")]


@pytest.fixture
def layer(settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    yield
    channel_layers.backends.clear()


class Connection(WebsocketCommunicator):
    """One that gives a slow machine time."""

    async def connect(self, timeout=PATIENCE):
        return await super().connect(timeout)

    async def receive_json_from(self, timeout=PATIENCE):
        return await super().receive_json_from(timeout)

    async def disconnect(self, code=1000, timeout=PATIENCE):
        await super().disconnect(code, timeout)


def chat(headers=ORIGIN):
    return Connection(application, "/ws/chat/", headers)


async def opened():
    connection = chat()
    connected, _ = await connection.connect()
    assert connected
    return connection, await connection.receive_json_from()


def test_what_one_says_all_read_and_those_who_come_later_too(layer):
    async def talk():
        one, hello = await opened()
        two, _ = await opened()
        assert hello["version"] == "1.0" and hello["host"] and hello["messages"] == []
        await one.send_json_to({"author": "Cirrus", "text": " Good morning "})
        for connection in [one, two]:
            [message] = (await connection.receive_json_from())["messages"]
            assert (message["author"], message["text"]) == ("Cirrus", "Good morning")
        three, hello = await opened()
        assert [message["text"] for message in hello["messages"]] == ["Good morning"]
        for connection in [one, two, three]:
            await connection.disconnect()
    async_to_sync(talk)()
    assert Message.objects.get().author == "Cirrus"


@pytest.mark.parametrize("said", ['{}', '{"text": "  "}', '{"author": "Cirrus"}', '["text"]', "7", "no JSON"])
def test_nothing_said_is_nothing_kept(layer, said):
    async def talk():
        one, _ = await opened()
        await one.send_to(text_data=said)
        assert await one.receive_nothing()
        await one.disconnect()
    async_to_sync(talk)()
    assert not Message.objects.exists()


def test_long_messages_and_names_are_cut(layer):
    async def talk():
        one, _ = await opened()
        await one.send_json_to({"author": "a" * 1000, "text": "t" * 1000})
        await one.receive_json_from()
        await one.disconnect()
    async_to_sync(talk)()
    message = Message.objects.get()
    assert (len(message.author), len(message.text)) == (40, 500)


def test_the_bot_is_asked_over_its_channel_and_answers_in_the_chat(layer):
    async def talk():
        one, _ = await opened()
        await one.send_json_to({"author": "Cirrus", "text": "@bot hello"})
        await one.receive_json_from()
        asked = await get_channel_layer().receive("bot")
        assert asked == {"type": "asked", "author": "Cirrus"}
        bot = Bot()
        bot.channel_layer = get_channel_layer()
        await bot.asked(asked)
        [message] = (await one.receive_json_from())["messages"]
        assert message["author"] == "bot" and message["text"].startswith("Hello Cirrus") and "1.0" in message["text"]
        await one.disconnect()
    async_to_sync(talk)()


def test_pages_of_other_sites_may_not_open_the_chat(layer):
    async def attempt():
        connected, _ = await chat([(b"origin", b"http://elsewhere.example")]).connect()
        assert not connected
    async_to_sync(attempt)()


def test_without_a_channel_layer_the_chat_is_closed():
    async def attempt():
        connected, code = await chat().connect()
        assert (connected, code) == (False, 4503)
    async_to_sync(attempt)()


@pytest.mark.parametrize("query, first", [("", 1), ("?from=7", 7), ("?from=x", 1)])
def test_the_counter_counts(monkeypatch, query, first):
    monkeypatch.setattr(Counter, "INTERVAL", 0.001)

    async def count():
        connection = Connection(application, f"/ws/counter/{query}")
        assert (await connection.connect())[0]
        assert [(await connection.receive_json_from())["number"] for _ in range(3)] == [first, first + 1, first + 2]
        await connection.disconnect()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), PATIENCE)
    async_to_sync(count)()


def test_the_bot_has_its_command_and_its_channel():
    assert "runworker" in get_commands()
    assert set(application.application_mapping["channel"].application_mapping) == {"bot"}
