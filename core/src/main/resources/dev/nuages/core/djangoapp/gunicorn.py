"""gunicorn, which takes no header for the application's own path.

Runs in the application's own image as `python -c`, with gunicorn's command line, and becomes it. Every peer is trusted, for a
proxy's address is not known (FORWARDED_ALLOW_IPS). By its own default gunicorn also believes SCRIPT_NAME and PATH_INFO of
those, which any visitor may send where the proxy lets them through.
"""

import os
import sys


def knows_forwarder_headers():
    try:
        from importlib.metadata import version

        return int(version("gunicorn").partition(".")[0]) >= 23
    except (ImportError, ValueError):  # an older Python, or a gunicorn of somebody's own
        return False


program, *arguments = sys.argv[1:]
if knows_forwarder_headers():
    arguments.insert(0, "--forwarder-headers=")
os.execvp(program, [program, *arguments])
