"""What the supervisor and its processes say: prefixed lines on the terminal, and uncoloured in a file."""

import json
import logging
import logging.handlers
import os
import sys
from pathlib import Path

_COLOURS = {"orders": 36, "teams": 32, "funding": 33, "assessment": 35, "jiedan": 1}
_SERVERS = 34
_WIDTH = 18
_FILE_BYTES = 20_000_000


class Output:
    """``log``, when there is one, receives every line; so does stdout until it closes, unless ``quiet``."""

    def __init__(self, log: Path | None = None, quiet: bool = False) -> None:
        handler: logging.Handler = logging.NullHandler()
        if log:
            handler = logging.handlers.RotatingFileHandler(log, maxBytes=_FILE_BYTES, backupCount=1, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        self._file = logging.Logger("jiedan")
        self._file.addHandler(handler)
        self._terminal = not quiet
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def line(self, name: str, text: str, aside: bool = False) -> None:
        """A line of the process ``name``; one said ``aside`` goes to the file only."""
        self._file.info("%-*s %s", _WIDTH, name, text)
        if aside:
            return
        prefix = f"{name:<{_WIDTH}}|"
        if self._colour:
            prefix = f"\033[{_COLOURS.get(name.split('.')[0], _SERVERS)}m{prefix}\033[0m"
        self._print(f"{prefix} {readable(text)}")

    def say(self, text: str) -> None:
        """The supervisor's own words."""
        self.line("jiedan", text)

    def trouble(self, text: str) -> None:
        """Why the system does not run: said even when quiet."""
        self.say(text)
        if not self._terminal:
            print(f"jiedan: {text}", file=sys.stderr)

    def plain(self, text: str) -> None:
        """Lines without a prefix: the summary at the end of the start."""
        self._print(text)

    def _print(self, text: str) -> None:
        if not self._terminal:
            return
        try:
            print(text, flush=True)
        except OSError:  # the terminal went away; the file goes on
            self._terminal = False
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115


def readable(text: str) -> str:
    """A JSON log line as a person reads it; any other line as it is."""
    if not text.startswith("{"):
        return text
    try:
        record = json.loads(text)
        level, message = record.pop("level"), record.pop("message")
    except (ValueError, KeyError, AttributeError):
        return text
    error = record.pop("error", "")
    rest = " ".join(f"{k}={v}" for k, v in record.items() if k not in ("time", "service", "logger"))
    words = [message] if level == "info" else [level.upper(), message]
    return " ".join([*words, rest]).rstrip() + (f"\n{error}" if error else "")
