"""One readable line a record, for every process of the product.

No personal data enters a log: request lines carry the request id and the route's pattern, never a query, a body,
an address or a name.
"""

import traceback
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo

from config import requests


def add_request_id(_: object, __: str, event: EventDict) -> EventDict:
    """Names the request at hand on each line that is written while it is answered."""
    if request_id := requests.current().request_id:
        event.setdefault("request_id", request_id)
    return event


SHARED_PROCESSORS: list[Any] = [
    add_request_id,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
]


def write_traceback(stream: TextIO, fault: ExcInfo) -> None:
    """What failed and where, without local variables and without the values that a database's refusal quotes."""
    kind, error, trace = fault
    stream.writelines(["\n", *traceback.format_tb(trace)])
    said = "" if kind.__module__.startswith(("django.db", "psycopg")) else f": {error}"
    stream.write(f"{kind.__module__}.{kind.__qualname__}{said}")


def logging_settings(*, level: str) -> dict[str, Any]:
    """A `logging.config.dictConfig` that sends structlog's and the libraries' records through one formatter to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED_PROCESSORS,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=write_traceback),
                ],
            },
            "ready": {"format": "%(message)s"},
        },
        "handlers": {
            "stream": {"class": "logging.StreamHandler", "formatter": "line"},
            "ready": {"class": "logging.StreamHandler", "formatter": "ready"},
        },
        "root": {"handlers": ["stream"], "level": level},
        "loggers": {
            "config.requests.lines": {"handlers": ["ready"], "propagate": False},
            "django.request": {"level": "CRITICAL"},  # our middleware logs faults, by route and not by path
            "axes": {"level": "ERROR"},
            "celery.beat": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # They write down addresses and headers.
            "httpcore": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Install `settings` and let structlog's loggers go through them."""
    import logging.config

    logging.config.dictConfig(settings)
    # Nothing that our formatters write: looked up for each record all the same unless told not to.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # nor who called: as Python's documentation of logging advises
    structlog.configure(
        processors=[
            *SHARED_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
