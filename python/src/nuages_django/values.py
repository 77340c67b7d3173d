"""What the operator says, read from its file and the environment, each value in the type that its name has."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ImproperlyConfigured

#: Names the file that holds the values; without it there is only the environment.
FILE = "NUAGES_CONFIG"
#: Names, with commas, that this process is given by variables of its own, whatever the file says to all.
OVERRIDES = "NUAGES_OVERRIDES"


class Values(Mapping[str, Any]):
    """
    The values by their names: those of the file, and for names that it does not have, those of the environment. What
    ``NUAGES_OVERRIDES`` names is this process's own, and the environment's.

    The file's values have types of their own. The environment has but text: numbers, ``true`` or ``false``, lists with
    commas, mappings in JSON; each method takes either. What cannot be read raises ``ImproperlyConfigured`` with a
    sentence that names it, and never with the value, which may be a secret.
    """

    def __init__(self, file: Mapping[str, Any], environment: Mapping[str, str], path: str | None = None) -> None:
        self._file = file
        self._environment = environment
        self._path = path

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Values:
        """
        Reads the file that ``NUAGES_CONFIG`` names, if it is set.

        :param environment: this process's own by default
        :raises ImproperlyConfigured: if the file is not there, cannot be read or is not a mapping in YAML
        """
        environment = os.environ if environment is None else environment
        path = environment.get(FILE)
        own = {name.strip() for name in environment.get(OVERRIDES, "").split(",")} & environment.keys()
        file = {name: value for name, value in _mapping(path).items() if name not in own} if path else {}
        return cls(file, environment, path)

    def __getitem__(self, name: str) -> Any:
        return self._file[name] if name in self._file else self._environment[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._file
        yield from (name for name in self._environment if name not in self._file)

    def __len__(self) -> int:
        return len(self._file.keys() | self._environment.keys())

    @property
    def file(self) -> Mapping[str, Any]:
        """The values of the file alone."""
        return self._file

    @property
    def source(self) -> str:
        """Where the values are from, for sentences."""
        return f"neither {self._path} nor the environment has it" if self._path else (
            f"the environment does not have it, and {FILE} names no file")

    def text(self, name: str) -> str | None:
        """A text; None if it is not set or empty."""
        value = self.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, (Mapping, list)):
            raise _wrong(name, "a text")
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no: ``true``, ``yes``, ``on`` and ``1``, or ``false``, ``no``, ``off`` and ``0``."""
        value = self.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return value
        match str(value).strip().lower():
            case "true" | "yes" | "on" | "1":
                return True
            case "false" | "no" | "off" | "0":
                return False
        raise _wrong(name, "true or false")

    def whole(self, name: str) -> int | None:
        """A whole number; None if it is not set or empty."""
        value = self.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise _wrong(name, "a whole number")
        try:
            return int(value)
        except ValueError:
            raise _wrong(name, "a whole number") from None

    def texts(self, name: str) -> list[str]:
        """Several texts: a list, or one text with commas; none if it is not set."""
        value = self.get(name)
        if value is None:
            return []
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        if isinstance(value, list) and all(isinstance(part, (str, int, float)) for part in value):
            return [str(part) for part in value]
        raise _wrong(name, "a list of texts, in the environment with commas between them")

    def mapping(self, name: str) -> dict[str, Any]:
        """A mapping, in the environment as JSON; empty if it is not set."""
        value = self.get(name)
        if value is None or value == "":
            return {}
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                value = None
        if not isinstance(value, Mapping):
            raise _wrong(name, "a mapping, in the environment a JSON object")
        return {str(key): inner for key, inner in value.items()}


def _wrong(name: str, kind: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} must be {kind}.")


def _mapping(path: str) -> Mapping[str, Any]:
    try:
        read = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ImproperlyConfigured(f"{FILE} names {path}, and there is no such file.") from None
    except (OSError, UnicodeDecodeError) as unreadable:
        # Not the error's own words where they would quote the file.
        why = unreadable.strerror if isinstance(unreadable, OSError) else "it is not in UTF-8"
        raise ImproperlyConfigured(f"{FILE} names {path}, which cannot be read: {why}.") from None
    except yaml.YAMLError as malformed:
        mark = getattr(malformed, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise ImproperlyConfigured(f"{FILE} names {path}, which is not YAML{where}.") from None
    if read is None:
        return {}
    if not isinstance(read, dict) or not all(isinstance(key, str) for key in read):
        raise ImproperlyConfigured(f"{FILE} names {path}, which must be a YAML mapping with names as its keys.")
    return read
