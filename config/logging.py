"""One readable line a record, for every process of the product.

No personal data enters a log: request lines carry the request id and the route's pattern, never a query, a body,
an address or a name. What a library or a fault says all the same is masked as it is written (`config.masking`): in the formatter,
since tracebacks come to be there.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo

from config import requests
from config.masking import mask_event, masked


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
    mask_event,
]


class LineFormatter(structlog.stdlib.ProcessorFormatter):
    """Structlog's, with the whole line masked."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def write_traceback(stream: TextIO, fault: ExcInfo) -> None:
    """What failed and where, without local variables and without the values that a database's refusal quotes."""
    stream.write(f"\n{fault_text(fault)}")


def fault_text(fault: ExcInfo) -> str:
    """As `write_traceback` writes it."""
    kind, error, trace = fault
    said = "" if kind.__module__.startswith(("django.db", "psycopg")) else f": {error}"
    return masked("".join([*traceback.format_tb(trace), f"{kind.__module__}.{kind.__qualname__}{said}"]))


def tell_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """In place of `sys.excepthook`: Python itself would write what the fault says in full, and the faults before it."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    sys.stderr.write(f"{fault_text((kind, error, trace))}\n")


def logging_settings(*, level: str) -> dict[str, Any]:
    """A `logging.config.dictConfig` that sends structlog's and the libraries' records through one formatter to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": LineFormatter,
                "foreign_pre_chain": SHARED_PROCESSORS,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=write_traceback),
                ],
            },
            "ready": {"format": "%(message)s"},  # of request lines alone, which hold nothing to be masked
        },
        "handlers": {
            "stream": {"class": "logging.StreamHandler", "formatter": "line"},
            "ready": {"class": "logging.StreamHandler", "formatter": "ready"},
        },
        "root": {"handlers": ["stream"], "level": level},
        "loggers": {
            "config.requests.lines": {"handlers": ["ready"], "propagate": False},
            "django.db.backends": {"level": "INFO"},  # at DEBUG they write each statement with its values
            "django.request": {"level": "CRITICAL"},  # our middleware logs faults, by route and not by path
            # The web server brings handlers, which write unmasked, before it loads us.
            "_granian": {"handlers": ["stream"], "propagate": False},
            "granian.access": {"handlers": ["stream"], "propagate": False},
            "axes": {"level": "ERROR"},
            "celery.beat": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # They write down addresses and headers.
            "httpcore": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
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
    sys.excepthook = tell_end
    structlog.configure(
        processors=[
            *SHARED_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
