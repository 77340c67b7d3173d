"""Runs a management command, and reports to Nuages what came of it.

Runs in the application's own image and working directory as `python -c`, with the command and its arguments. What it writes
into REPORT becomes part of the DjangoApp's status when it fails; everything else goes to the pod's log.
"""

import difflib
import os
import sys
import traceback

REPORT = "/dev/termination-log"
REPORT_BYTES = 4000  # Kubernetes keeps 4096


def report(text):
    print(text, file=sys.stderr, flush=True)
    with open(REPORT, "wb") as out:
        out.write(text.encode("utf-8", "replace")[-REPORT_BYTES:])


def main(arguments):
    sys.path.insert(0, os.getcwd())
    from django.core.management import CommandError, execute_from_command_line, get_commands

    try:
        # As manage.py does, but with the errors left to us; CommandError is what a command says to people.
        execute_from_command_line(["manage.py", arguments[0], "--traceback", *arguments[1:]])
    except CommandError as error:
        report(f"{arguments[0]}: {error}")
        return 1
    except SystemExit as end:
        # Of a command that it does not know Django says so and ends, with a line about manage.py as its last.
        if end.code and arguments[0] not in get_commands():
            meant = difflib.get_close_matches(arguments[0], get_commands(), 1)
            report(f"there is no command {arguments[0]}" + (f": did you mean {meant[0]}?" if meant else " in the installed apps"))
        raise
    return 0


try:
    sys.exit(main(sys.argv[1:]))
except Exception:
    report(traceback.format_exc())
    sys.exit(1)
