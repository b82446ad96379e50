"""The child process that reads one file for `contracts.documents.isolation`, and may die of it.

Arguments: the most bytes of address space, the most seconds of processor time, then an action with its own:

    inspect PATH, with SCANS behind it where scans can be read
    read PATH MEDIA_TYPE
    render PATH MEDIA_TYPE NUMBER DOTS_PER_INCH

Answers, one JSON object a line: {"inspection": ...}, {"page": ...} or {"picture": base64, null if there is no such
page}, then {"done": true}; or {"fault": {"code", "message"}}; or {"crash": place} after an error that was not foreseen.
"""

import base64
import os
import resource
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from contracts.documents.faults import DocumentFault, DocumentFaultCode
from contracts.documents.inspection import inspect_document
from contracts.documents.reading import read_pages
from contracts.documents.sniffing import MediaType

_MAX_OPEN_FILES = 64
_GRACE_SECONDS = 2  # of processor time, between the signal that can be told from others and the kill


def main(arguments: list[str]) -> None:
    """Limit this process, do what is asked, and write the answers."""
    memory_bytes, cpu_seconds, *action = arguments
    _end_with_caller()
    _limit(int(memory_bytes), int(cpu_seconds))
    try:
        for answer in _answers(action):
            _write(answer)
    except DocumentFault as fault:
        _write({"fault": {"code": fault.code, "message": fault.message}})
    except MemoryError:
        _write({"fault": _fault(DocumentFaultCode.TOO_MUCH_MEMORY)})
    except RecursionError:
        _write({"fault": _fault(DocumentFaultCode.BROKEN)})
    except Exception as error:  # noqa: BLE001 -- whatever a hostile file provokes is told to the caller, which logs it
        _write({"crash": _place(error)})
    else:
        _write({"done": True})
    os._exit(0)  # without freeing what a damaged file may have left inconsistent


def _answers(action: list[str]) -> Iterator[dict[str, Any]]:
    match action:
        case ["inspect", path, *scans]:
            yield {"inspection": inspect_document(Path(path), scans=bool(scans))}
        case ["read", path, media_type]:
            for page in read_pages(Path(path), MediaType(media_type)):
                words = [(word.text, word.box, word.char_start, word.char_end) for word in page.words]
                yield {
                    "page": {
                        "number": page.number,
                        "width": page.width,
                        "height": page.height,
                        "text": page.text,
                        "words": words,
                        "char_start": page.char_start,
                        "source": page.source,
                    }
                }
        case ["render", path, media_type, number, dots_per_inch]:
            yield {"picture": _picture(Path(path), MediaType(media_type), int(number), int(dots_per_inch))}
        case _:
            raise ValueError(action)


def _picture(path: Path, media_type: MediaType, number: int, dots_per_inch: int) -> str | None:
    from contracts.documents.pictures import render_page  # here, as Pillow is slow to load

    try:
        return base64.b64encode(render_page(path, media_type, number, dots_per_inch=dots_per_inch)).decode("ascii")
    except IndexError:
        return None


def _place(error: Exception) -> str:
    """The error's kind and place; its own words may quote the document, which is nobody's business in a log."""
    *_, frame = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {frame.name}, {Path(frame.filename).name}:{frame.lineno}"


def _fault(code: DocumentFaultCode) -> dict[str, str]:
    fault = DocumentFault(code)
    return {"code": fault.code, "message": fault.message}


def _write(answer: dict[str, Any]) -> None:
    data = memoryview(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    with suppress(ValueError, OSError):  # macOS has no ceiling on address space
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + _GRACE_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MAX_OPEN_FILES, _MAX_OPEN_FILES))


def _end_with_caller() -> None:
    """End this process as soon as its input is closed: the caller is gone, however it ended."""

    def wait() -> None:
        os.read(sys.stdin.fileno(), 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1:])
