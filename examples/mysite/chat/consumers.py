"""The chat, the bot that a channel worker runs in it, and a counter to watch a connection by."""
import asyncio
import json
import socket
from urllib.parse import parse_qs

from channels.consumer import AsyncConsumer
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings

from .models import Message

GROUP = "chat"
HISTORY = 20


@database_sync_to_async
def say(author, text):
    """Keeps a message; returns it as the pages get it."""
    return as_json(Message.objects.create(author=author, text=text))


@database_sync_to_async
def history():
    return [as_json(message) for message in reversed(Message.objects.order_by("-pk")[:HISTORY])]


def as_json(message):
    return {"id": message.pk, "author": message.author, "text": message.text, "said": message.said.isoformat()}


class Chat(AsyncJsonWebsocketConsumer):
    """Takes {"author", "text"}; sends {"messages": [...]} and, once, which pod it is."""

    async def connect(self):
        if self.channel_layer is None:
            await self.close(code=4503, reason="the chat is off: CHANNEL_LAYER_URL is not set")
            return
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        await self.send_json({"host": socket.gethostname(), "version": settings.APP_VERSION, "messages": await history()})

    async def disconnect(self, code):
        if self.channel_layer is not None:
            await self.channel_layer.group_discard(GROUP, self.channel_name)

    @classmethod
    async def decode_json(cls, text_data):
        """What is no JSON object says nothing, and is no reason to hang up."""
        try:
            content = json.loads(text_data)
        except ValueError:
            content = None
        return content if isinstance(content, dict) else {}

    async def receive_json(self, content, **_):
        author = str(content.get("author", "")).strip()[:40] or "somebody"
        text = str(content.get("text", "")).strip()[:500]
        if not text:
            return
        await self.channel_layer.group_send(GROUP, {"type": "chat.said", "message": await say(author, text)})
        if text.startswith("@bot"):
            await self.channel_layer.send("bot", {"type": "asked", "author": author})

    async def chat_said(self, event):
        await self.send_json({"messages": [event["message"]]})


class Bot(AsyncConsumer):
    """Answers those who say @bot: `manage.py runworker bot`."""

    async def asked(self, event):
        text = f"Hello {event['author']}, this is {socket.gethostname()}, with mysite {settings.APP_VERSION}."
        await self.channel_layer.group_send(GROUP, {"type": "chat.said", "message": await say("bot", text)})


class Counter(AsyncJsonWebsocketConsumer):
    """Counts for as long as the connection lasts, every 200 ms, from 1 or from ?from=N."""

    INTERVAL = 0.2

    async def connect(self):
        first = parse_qs(self.scope["query_string"].decode()).get("from", ["1"])[0]
        await self.accept()
        self.counting = asyncio.create_task(self.count(int(first) if first.isdecimal() else 1))

    async def count(self, number):
        while True:
            await self.send_json({"number": number, "host": socket.gethostname(), "version": settings.APP_VERSION})
            number += 1
            await asyncio.sleep(self.INTERVAL)

    async def disconnect(self, code):
        self.counting.cancel()
