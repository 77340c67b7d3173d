"""How the processes end that a script of ours starts: told by TERM, as a pod is that goes."""

import asyncio
import http.client
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from websockets.asyncio.client import connect
from websockets.protocol import State

SCRIPTS = pathlib.Path(__file__).parents[2] / "main/resources/dev/nuages/core/djangoapp"
PATIENCE = 120  # Seconds: what has to end at once would otherwise take far longer than that

LONG = 4_000_000  # Times a word: more than the kernel keeps on its way

SITE = f"LONG = {LONG}" + '''
import asyncio
import pathlib
from channels.consumer import AsyncConsumer
from channels.layers import InMemoryChannelLayer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter

SECRET_KEY = "test"
INSTALLED_APPS = ["channels"]
ASGI_APPLICATION = "site_under_test.application"
CHANNEL_LAYERS = {"default": {"BACKEND": "site_under_test.Layer"}}


class Layer(InMemoryChannelLayer):
    """Two messages at once, and none after them."""
    left = 2

    async def receive(self, channel):
        if channel == "work" and Layer.left:
            Layer.left -= 1
            return {"type": "work", "number": 2 - Layer.left}
        if channel == "deaf":
            print("listens", flush=True)
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                print("did not hear", flush=True)
        await asyncio.sleep(3600)


class Worker(AsyncConsumer):
    async def work(self, message):
        print("began", message["number"], flush=True)
        while not pathlib.Path("go-on").exists():
            await asyncio.sleep(0.05)
        print("finished", message["number"], flush=True)


async def http(scope, receive, send):
    print("asked", flush=True)
    await asyncio.sleep(0.5)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"answered" * (LONG if scope["path"] == "/long" else 1)})


async def websocket(scope, receive, send):
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


application = ProtocolTypeRouter(
    {"http": http, "websocket": websocket, "channel": ChannelNameRouter({"work": Worker.as_asgi()})}
)
'''


class Process:
    def __init__(self, folder, script, *arguments, **environment):
        (folder / "site_under_test.py").write_text(SITE)
        self.running = subprocess.Popen(
            [sys.executable, "-c", (SCRIPTS / script).read_text(), *arguments],
            cwd=folder,
            env={"DJANGO_SETTINGS_MODULE": "site_under_test", "PYTHONUNBUFFERED": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_for(self, words):
        for said in self.running.stdout:
            if words in said:
                return
        raise AssertionError(f"it ended without saying {words!r}")

    def end(self):
        self.running.send_signal(signal.SIGTERM)

    def rest(self):
        """What it said until its end, which was a good one."""
        said, _ = self.running.communicate(timeout=PATIENCE)
        assert self.running.returncode == 0
        return said.splitlines()


@pytest.fixture
def start(tmp_path):
    started = []

    def start(*arguments, **environment):
        started.append(Process(tmp_path, *arguments, **environment))
        return started[-1]

    yield start
    for process in started:
        process.running.kill()
        process.running.communicate()


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def daphne(start, port, *arguments, seconds):
    process = start(
        "daphne.py", "-b", "127.0.0.1", "-p", str(port), *arguments, "site_under_test:application",
        NUAGES_DRAIN_SECONDS=str(seconds),
    )
    process.wait_for("Listening on TCP address")
    return process


def test_a_channel_worker_finishes_what_it_has_in_hand(start, tmp_path):
    worker = start("runworker.py", "work", "other")
    worker.wait_for("began 1")
    worker.end()
    worker.wait_for("Told to end: no message is taken any more.")
    (tmp_path / "go-on").touch()
    assert worker.rest() == ["finished 1", "began 2", "finished 2"]


def test_a_channel_worker_without_work_ends_at_once(start, tmp_path):
    (tmp_path / "go-on").touch()
    worker = start("runworker.py", "work")
    worker.wait_for("finished 2")
    worker.end()
    worker.rest()


def test_a_channel_worker_ends_whose_layer_takes_what_it_is_told_for_something_else(start):
    worker = start("runworker.py", "deaf")
    worker.wait_for("listens")
    worker.end()
    assert worker.rest() == ["did not hear", "Told to end: no message is taken any more."]


def test_daphne_closes_websockets_one_after_the_other(start, port):
    async def times_of_closing():
        opened = [await connect(f"ws://127.0.0.1:{port}/") for _ in range(5)]
        told = time.monotonic()
        process.end()
        times = []
        for connection in opened:
            await asyncio.wait_for(connection.wait_closed(), PATIENCE)
            # What is open when the time is over is not closed with this code.
            assert connection.close_code == 1012
            times.append(time.monotonic() - told)
            assert connection is opened[-1] or opened[-1].state is State.OPEN
        return times

    process = daphne(start, port, seconds=10)
    # A fifth of the time lies between two; how much more is the machine's affair.
    assert all(seconds > 2 * place - 0.2 for place, seconds in enumerate(asyncio.run(times_of_closing())))
    process.rest()


@pytest.mark.parametrize("path, times", [("", 1), ("long", LONG)])
def test_daphne_answers_the_requests_that_it_took(start, port, path, times):
    def ask():
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}").read()

    async def answer():
        asking = asyncio.create_task(asyncio.to_thread(ask))
        await asyncio.to_thread(process.wait_for, "asked")
        process.end()
        return await asking

    process = daphne(start, port, seconds=3600)
    assert asyncio.run(answer()) == b"answered" * times
    process.rest()


def test_daphne_keeps_idle_connections_for_as_long_as_it_is_told_and_websockets_for_longer(start, port):
    def idle():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        asked = time.monotonic()
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"answered"
        assert connection.sock.recv(1) == b""
        return time.monotonic() - asked

    async def both():
        async with connect(f"ws://127.0.0.1:{port}/") as stays:
            seconds = await asyncio.to_thread(idle)
            await asyncio.wait_for(await stays.ping(), PATIENCE)
            return seconds

    process = daphne(start, port, "--keep-alive=2", seconds=0)
    # The answer alone takes half a second.
    assert asyncio.run(both()) > 2.4
    process.end()
    process.rest()
