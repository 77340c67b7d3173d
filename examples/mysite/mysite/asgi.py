"""HTTP, websockets and channel workers: `daphne mysite.asgi:application`, `manage.py runworker bot`."""
import os

from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
# First, for it loads the apps that the routes need.
http = get_asgi_application()

from chat import routing  # noqa: E402

application = ProtocolTypeRouter({
    "http": http,
    "websocket": URLRouter(routing.websockets),
    "channel": ChannelNameRouter(routing.channels),
})
