"""One shape of log lines for every process, with what looks like personal data masked as the last net.

The rule stays that such data is not logged at all; the net catches what a library or an exception's text brings.
"""

import logging
import re
from typing import Any

import structlog
from django.http import HttpRequest
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "[masked]"
SECRET_KEYS = re.compile(
    r"pass(word)?|secret|token|authorization|cookie|signature|api_key|phone|email|^to$|text|body", re.IGNORECASE
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
# Seven digits or more with a plus, or ten and more without: a phone number. Ids, ports and durations stay readable.
PHONE = re.compile(r"\+\d[\d ().-]{5,}\d|(?<![\w.:-])\d{10,}(?![\w:-])")
# A vehicle identification number: 17 characters without I, O, Q, with at least one digit and one letter.
VIN = re.compile(r"\b(?=[A-HJ-NPR-Z0-9]*\d)(?=[A-HJ-NPR-Z0-9]*[A-Z])[A-HJ-NPR-Z0-9]{17}\b")
# Whoever has an owner's link may do what it is for; the mark that stands for a token in stored messages has only dots.
OWNER_LINK = re.compile(r"(/o/)[\w-]{8,}")
ADDRESS_WITH_PASSWORD = re.compile(r"(\w+://[^\s:/@]*):[^\s@]+@")


def masked(text: str) -> str:
    """Return the text without e-mail addresses, phone numbers, VINs, passwords in addresses and owners' tokens."""
    text = ADDRESS_WITH_PASSWORD.sub(rf"\1:{MASK}@", text)
    text = OWNER_LINK.sub(rf"\1{MASK}", text)
    for pattern in (EMAIL, PHONE, VIN):
        text = pattern.sub(MASK, text)
    return text


def mask_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask every value of a log line."""
    return {key: _masked_value(key, value) for key, value in event.items()}


def _masked_value(key: str, value: object) -> object:
    if key.startswith("_") or isinstance(value, int | float | bool | None):
        return value
    if key not in {"event", "exception"} and SECRET_KEYS.search(key):
        return MASK
    if isinstance(value, HttpRequest):
        # Its own text would bring the query string along, and with it whatever somebody put there.
        return f"{value.method} {masked(value.path)}"
    return masked(str(value))


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    mask_event,
]


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: everything to standard error, as JSON or as lines for people."""
    renderer: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "propagate": False},
            "celery": {"level": "WARNING"},  # one line a task would be most of the log; our own lines say what was done
            "kombu": {"level": "WARNING"},
        },
    }


def configure() -> None:
    """Send structlog's own loggers the same way as the standard library's."""
    structlog.configure(
        processors=[*SHARED[:-2], structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(capture=True)
