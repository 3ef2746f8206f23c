"""Structured logs by structlog: one JSON object a line, or coloured text for people. No personal data."""

import logging
import sys
from contextvars import ContextVar

import structlog

CURRENT_REQUEST: ContextVar[tuple[str, str] | None] = ContextVar("upskill.current_request", default=None)
"""Request id and part of the suite. One variable of our own: it is set on every request, twice when embedded."""
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure_logging(level: str = "info", form: str = "json") -> None:
    """Set up the process's logging once, at the composition root."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            _add_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _add_request(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The request that a line belongs to, and the part of the suite that works on it."""
    current = CURRENT_REQUEST.get()
    if current is not None:
        event["request_id"], event["part"] = current
    return event


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return logger
