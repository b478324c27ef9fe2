"""How every process of Loket logs: one line an event, without what only a person may know.

In a service each line is JSON; in a terminal it is for reading. Whatever logs through the
standard library (Reflex, granian, procrastinate, Loket itself) comes out here.
"""

import logging
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TextIO

import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from app import audit, routes

_HIDDEN = "[...]"
#: What would be read out of a shorter text by chance.
_SHORTEST_SECRET = 8
#: Values under these names are hidden, whatever they look like.
_NAMES = re.compile(r"pass|secret|cookie|authorization|token|nik|sandi", re.IGNORECASE)
#: Addresses whose next part opens something.
_OPENING = "|".join(
    re.escape(route.partition("[")[0])
    for route in (routes.DOWNLOAD, routes.TRACK_CODE, routes.VERIFY_CODE)
)
_TELLING = re.compile(
    rf"(?P<before>{_OPENING})[^\s\"'?]+"  # what opens a letter or a case
    r"|(?<=\?)\S+"  # queries: codes, names of files, what was looked for
    r"|(?<!\d)\d{16}(?!\d)"  # a NIK or the number of a family card
    r"|(?=[\w-]*\d)[\w-]{40,}={0,2}"  # keys, tokens, digests
    r"|-----BEGIN [^-]+-----.*?-----END [^-]+-----",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Discretion:
    """Takes out of an event what must not stand in a log.

    Attributes:
        secrets: what is hidden wherever it stands.
    """

    secrets: tuple[str, ...] = ()

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Return the event without it."""
        return {name: self._told(name, value) for name, value in event.items()}

    def _told(self, name: str, value: Any) -> Any:
        if _NAMES.search(name):
            return _HIDDEN
        if isinstance(value, bool | int | float | None):
            return value
        text = str(value)
        for secret in self.secrets:
            text = text.replace(secret, _HIDDEN)
        return _TELLING.sub(lambda found: f"{found['before'] or ''}{_HIDDEN}", text)


def configure(process: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Have this process log to standard error; call it once, before anything is logged.

    Args:
        process: named in each line, such as `web`.
        secrets: what is hidden wherever it stands.
        stream: another place for the lines.
    """
    to = stream or sys.stderr
    handler = logging.StreamHandler(to)
    handler.setFormatter(_formatter(process, tuple(secrets), is_read=to.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(audit.LOGGER).setLevel(logging.INFO)
    logging.captureWarnings(True)


def _formatter(process: str, secrets: tuple[str, ...], *, is_read: bool) -> logging.Formatter:
    def named(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {**event, "process": process}

    long_enough = tuple(one for one in secrets if len(one) >= _SHORTEST_SECRET)
    shown: list[Processor] = [
        ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        Discretion(long_enough),
    ]
    if is_read:
        shown.append(ConsoleRenderer(exception_formatter=plain_traceback))
    else:
        # In ASCII alone: some readers take more than a line feed for the end of a line.
        shown.append(structlog.processors.JSONRenderer())
    return ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(audit.FACTS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            named,
        ],
        processors=shown,
    )
