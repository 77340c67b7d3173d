"""Celery's command, whose beat keeps its schedule in a file that is whole whenever beat is killed, and as of its last task.

Runs in the application's own image as `python -c`, with the arguments of `celery`. Celery itself keeps the schedule in a
`shelve`: which database that is depends on how Python was built, and Debian's (`dbm.ndbm`) writes nothing before it is
closed, whatever `beat_sync_every` says. A beat that is killed has then forgotten what it sent, and what was due.
"""

import os
import pickle
import sys

import celery.beat
from celery.__main__ import main


class ScheduleFile(dict):
    """What Celery's scheduler asks of a shelf."""

    def __init__(self, path):
        super().__init__()
        self.path = path
        try:
            with open(path, "rb") as file:
                self.update(pickle.load(file))
        except FileNotFoundError:
            pass

    @classmethod
    def open(cls, path, writeback):
        return cls(path)

    def sync(self):
        beside = self.path + ".new"
        with open(beside, "wb") as file:
            pickle.dump(dict(self), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self.path)

    close = sync


celery.beat.PersistentScheduler.persistence = ScheduleFile
sys.argv[0] = "celery"
main()
