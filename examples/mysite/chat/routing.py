from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from .consumers import Bot, Chat, Counter

websockets = [
    # Browsers say which site's page opened the chat; other sites' pages may not.
    path("ws/chat/", AllowedHostsOriginValidator(Chat.as_asgi())),
    path("ws/counter/", Counter.as_asgi()),
]
channels = {"bot": Bot.as_asgi()}
