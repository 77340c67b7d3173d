"""Logging to JSON."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from typing import Any

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Objects whose text says nothing, or too much.
_LEFT_OUT = frozenset({"request", "server_time"})


class JsonFormatter(logging.Formatter):
    """
    Writes a record as one line of JSON: ``time`` (UTC, ISO 8601), ``level``, ``logger``, ``message``, what the call
    gave as ``extra`` by its own names, and ``exception`` with the traceback, if there is one.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        # Celery's own data holds the arguments and results of tasks, which its message leaves out, and secrets may be.
        left_out = _LEFT_OUT | {"data"} if record.name.startswith("celery.") else _LEFT_OUT
        for name, value in vars(record).items():
            if name not in _OWN and name not in left_out and name not in line:
                line[name] = value
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, default=str, ensure_ascii=False)
