"""Logs as JSON lines without personal data, figures for Prometheus, W3C trace context across HTTP, outbox and bus."""

import json
import logging
import re
import secrets
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")
_current: ContextVar[str] = ContextVar("traceparent", default="")

REQUESTS = Histogram(
    "jiedan_request_seconds",
    "Time to answer a request",
    ["service", "method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
OUTBOX = Gauge("jiedan_outbox_rows", "Events committed and not yet in the journal", ["service"])
UNPUBLISHED = Gauge("jiedan_unpublished_events", "Journal positions not yet acknowledged by the broker", ["service"])
WAITING = Gauge("jiedan_waiting_events", "Events held for another, or parked", ["service", "state"])
AUDIT = Gauge("jiedan_audit_ok", "1 when the stream agrees with the journal", ["service"])
POSITION = Gauge("jiedan_relay_position", "Last position in the journal", ["service"])
HANDLED = Counter("jiedan_handled_events", "Events taken in", ["service", "producer"])
HANDLER_FAILURES = Counter(
    "jiedan_handler_failures", "Events that could not be applied, each time", ["service", "type"]
)
EVENT_AGE = Histogram(
    "jiedan_event_seconds",
    "From an event's commit to the commit of its effects",
    ["service", "producer"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
)
JOB_FAILURES = Counter("jiedan_job_failures", "Clock jobs that failed and will be tried again", ["service", "job"])
WEBHOOKS = Counter("jiedan_webhooks", "Tries to send a webhook", ["outcome"])
DAMAGED_FILES = Counter("jiedan_damaged_files", "Files that were asked for and are not what was kept", ["service"])


def enter_trace(header: str = "") -> str:
    """Continue the caller's trace with a span of our own, or begin one; the new ``traceparent``."""
    match = _TRACEPARENT.match(header)
    trace = match[1] if match and match[1] != "0" * 32 else secrets.token_hex(16)
    _current.set(f"00-{trace}-{secrets.token_hex(8)}-01")
    return _current.get()


def traceparent() -> str:
    return _current.get() or enter_trace()


def trace_id() -> str:
    return traceparent()[3:35]


class JsonLines(logging.Formatter):
    """One JSON object a line. Only the message and declared extras: never a request body."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self.service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if _current.get():
            line["trace_id"] = trace_id()
        line.update(getattr(record, "figures", {}))
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure_logging(service: str, level: str) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(service))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "nats", "uvicorn.access", "alembic.runtime.migration"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
