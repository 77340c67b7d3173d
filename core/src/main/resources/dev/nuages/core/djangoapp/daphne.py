"""Daphne, which closes its connections one after the other when it is told to end.

Runs in the application's own image as `python -c`, with Daphne's own arguments. Daphne by itself cancels every consumer, and
every request that it has not answered, at once on TERM. This closes websockets evenly over NUAGES_DRAIN_SECONDS, with the
code that tells clients that the service restarts, so that they come back to other pods a few at a time, and leaves requests
as long to be answered, and their answers to be sent; then, or when none is left, it ends as Daphne does.

Twisted closes a connection that was idle for a minute, and Daphne has no option for that. This one has: --keep-alive.
"""

import os
import sys

from daphne.cli import CommandLineInterface
from daphne.server import Server
from twisted.internet import defer, reactor

SERVICE_RESTART = 1012  # IANA's registry of WebSocket close codes


class DrainingServer(Server):
    keep_alive = 60

    def listen_success(self, port):
        self.http_factory.timeOut = self.keep_alive
        super().listen_success(port)

    def kill_all_applications(self):
        drained = self.drain(float(os.environ.get("NUAGES_DRAIN_SECONDS", "0")))
        drained.addCallback(lambda _: super(DrainingServer, self).kill_all_applications())
        return drained

    def open_sockets(self):
        return [
            protocol
            for protocol, details in list(self.connections.items())
            if hasattr(protocol, "serverClose") and not details.get("disconnected")
        ]

    def has_requests(self):
        return any(
            not hasattr(protocol, "serverClose")
            and not details.get("disconnected")
            and "application_instance" in details
            and not details["application_instance"].done()
            for protocol, details in self.connections.items()
        )

    def has_unsent(self):
        # What the application has answered, Twisted sends in its own time.
        return bool(reactor.getWriters())

    def drain(self, seconds):
        sockets = self.open_sockets()
        print(f"Closing {len(sockets)} connections over {seconds:.0f} s.", flush=True)
        for place, protocol in enumerate(sockets):
            reactor.callLater(seconds * place / len(sockets), self.close, protocol)
        return self.when_none_is_left(reactor.seconds() + seconds)

    def close(self, protocol):
        if not self.connections.get(protocol, {"disconnected": True}).get("disconnected"):
            # Not serverClose: autobahn lets applications use no code of the protocol's own but 1000.
            protocol.sendCloseFrame(code=SERVICE_RESTART, isReply=False)

    def when_none_is_left(self, deadline):
        done = defer.Deferred()

        def look():
            working = self.open_sockets() or self.has_requests() or self.has_unsent()
            if not working or reactor.seconds() >= deadline:
                done.callback(None)
            else:
                reactor.callLater(0.1, look)

        look()
        return done


sys.path.insert(0, os.getcwd())
CommandLineInterface.server_class = DrainingServer
command = CommandLineInterface()
command.parser.add_argument(
    "--keep-alive", type=int, default=DrainingServer.keep_alive, help="For how many seconds an idle connection is kept"
)
DrainingServer.keep_alive = command.parser.parse_args(sys.argv[1:]).keep_alive
command.run(sys.argv[1:])
