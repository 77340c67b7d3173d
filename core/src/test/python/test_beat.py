"""What beat's file holds when beat was killed."""

import pickle
import signal
import subprocess
import sys

import pytest

from test_endings import SCRIPTS

APP = '''
from celery import Celery

app = Celery("app_under_test", broker="memory://")
app.conf.beat_schedule = {
    "often": {"task": "often", "schedule": 0.2},
    "seldom": {"task": "seldom", "schedule": 3600},
}
'''


@pytest.fixture
def beat(tmp_path):
    """Runs beat until it has sent its task so often, kills it, and answers how often it has in all."""
    (tmp_path / "app_under_test.py").write_text(APP)
    file = tmp_path / "schedule"

    def beat(times):
        command = ["-A", "app_under_test", "beat", "--pidfile=", "--loglevel=INFO", f"--schedule={file}"]
        with subprocess.Popen(
            [sys.executable, "-c", (SCRIPTS / "beat.py").read_text(), *command, "--", "beat_sync_every=1"],
            cwd=tmp_path, env={"PYTHONUNBUFFERED": "1"}, stderr=subprocess.PIPE, text=True,
        ) as process:
            said = []
            sent = 0
            while sent < times:
                said.append(process.stderr.readline())
                assert said[-1], "it ended: " + "".join(said)
                sent += "Sending due task often" in said[-1]
            process.send_signal(signal.SIGKILL)
            sent += process.stderr.read().count("Sending due task often")
        return sent, "".join(said)

    beat.file = file
    return beat


def often(file):
    return pickle.loads(file.read_bytes())["entries"]["often"].total_run_count


def test_a_killed_beat_has_written_down_what_it_sent_and_goes_on_from_there(beat):
    first, _ = beat(3)
    # The last may have been sent, and not yet written down.
    assert first - 1 <= often(beat.file) <= first
    kept = often(beat.file)
    second, said = beat(2)
    assert kept + second - 1 <= often(beat.file) <= kept + second
    assert "orrupted" not in said


def test_a_file_that_is_not_a_schedule_is_replaced(beat):
    beat.file.write_bytes(b"no pickle")
    sent, said = beat(2)
    assert "Removing corrupted schedule file" in said
    assert sent - 1 <= often(beat.file) <= sent
