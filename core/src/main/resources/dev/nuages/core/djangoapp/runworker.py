"""Channels' `runworker`, which ends when it is told to: once it has done what it has in hand.

Runs in the application's own image as `python -c`, with the command's own arguments, and as its container's first process,
which the kernel spares every signal that nobody handles. Channels handles none from version 2 on; Channels 1 does by itself.
"""

import asyncio
import os
import signal
import sys

import django
from django.core import management


def draining(worker_class):
    class DrainingWorker(worker_class):
        async def handle(self):
            self.told = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.told.set)
            await super().handle()
            print("Told to end: no message is taken any more.", flush=True)
            while self.has_work():
                await asyncio.sleep(0.1)
            # The layer forgets in the background what was taken from it last.
            await asyncio.sleep(0.1)

        async def listener(self, channel):
            told = asyncio.ensure_future(self.told.wait())
            listening = asyncio.ensure_future(super().listener(channel))
            await asyncio.wait([told, listening], return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            if self.told.is_set():
                # Until it has heard: Redis's client now and then takes it for its own time that is up.
                while not listening.done():
                    listening.cancel()
                    await asyncio.wait([listening], timeout=1)
            else:
                listening.result()

        def has_work(self):
            """Whether an application has a message before it, or does not ask for the next one yet."""
            return any(
                not instance["future"].done()
                and not (instance["input_queue"].empty() and waits(instance["input_queue"]))
                for instance in self.application_instances.values()
            )

    return DrainingWorker


def waits(queue):
    return any(not getter.done() for getter in queue._getters)


sys.path.insert(0, os.getcwd())
django.setup()
command = type(management.load_command_class(management.get_commands()["runworker"], "runworker"))
if hasattr(command, "worker_class"):
    command.worker_class = draining(command.worker_class)
management.execute_from_command_line(["django", "runworker", *sys.argv[1:]])
