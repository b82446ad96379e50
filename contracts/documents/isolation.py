"""Files read in a child process of their own, with limits, so that a hostile file cannot hurt the caller.

The child (`contracts.documents.child`) is started by `subprocess`, which also works inside Celery's daemonic workers.
It inherits nothing of the environment, and ends when the caller does, as the caller holds the other end of its input.
"""

import base64
import logging
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from contracts.documents.faults import MAX_WORDS, DocumentFault, DocumentFaultCode
from contracts.documents.inspection import Inspection, check_size
from contracts.documents.pages import DEFAULT_DOTS_PER_INCH, Page, TextSource, Word
from contracts.documents.sniffing import MediaType

logger = logging.getLogger(__name__)

# What the child is told behind an inspection's path where scans can be read.
SCANS = "scans"

_PROJECT_ROOT = Path(__file__).resolve().parents[2]
_READ_BYTES = 1024 * 1024
_MAX_LINE_BYTES = 32 * 1024 * 1024  # the largest page that a child may send
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"}

# A child that dies while holding this share of its memory, or that the kernel kills, died for want of memory.
_STARVED_SHARE = 0.6
_KIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use."""

    memory_bytes: int = 512 * 1024**2  # address space; 238 pages of PDF take 70 MB, 50 MB of plain text 290 MB
    cpu_seconds: int = 60
    wall_seconds: float = 60.0  # spent waiting for the child; the time that the caller takes between pages is its own


DEFAULT_LIMITS = Limits()


def inspect_in_child(path: Path, *, scans: bool = False, limits: Limits = DEFAULT_LIMITS) -> Inspection:
    """What the file is, once it is known that its pages can be read; `scans`: by text recognition, where need be.

    Raises:
        DocumentFault: the file cannot be taken in, or reading it crashes or passes the limits.
    """
    check_size(path)
    (answer,) = _answers(["inspect", str(path.resolve()), *([SCANS] if scans else [])], limits)
    inspection = answer["inspection"]
    return Inspection(
        media_type=MediaType(inspection["media_type"]),
        page_count=inspection["page_count"],
        sha256=inspection["sha256"],
        byte_size=inspection["byte_size"],
    )


def read_pages_in_child(path: Path, media_type: MediaType, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Page]:
    """The file's pages in order, each as soon as it is read. Close the iterator to end the child early.

    Raises:
        DocumentFault: the file cannot be read, or reading it crashes or passes the limits; possibly after some pages.
    """
    check_size(path)
    word_count = 0
    for answer in _answers(["read", str(path.resolve()), media_type], limits):
        page = answer["page"]
        word_count += len(page["words"])
        if word_count > MAX_WORDS:
            raise DocumentFault(DocumentFaultCode.TOO_MUCH_TEXT)
        words = tuple(Word(text, (x0, y0, x1, y1), start, end) for text, (x0, y0, x1, y1), start, end in page["words"])
        yield Page(
            number=page["number"],
            width=page["width"],
            height=page["height"],
            text=page["text"],
            words=words,
            char_start=page["char_start"],
            source=TextSource(page["source"]),
        )


def render_page_in_child(
    path: Path,
    media_type: MediaType,
    number: int,
    *,
    dots_per_inch: int = DEFAULT_DOTS_PER_INCH,
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """Page `number`, from 1, as PNG; a very large page gets fewer dots per inch.

    Raises:
        IndexError: there is no such page.
        DocumentFault: the file cannot be read, or drawing it crashes or passes the limits.
    """
    check_size(path)
    (answer,) = _answers(["render", str(path.resolve()), media_type, str(number), str(dots_per_inch)], limits)
    if answer["picture"] is None:
        raise IndexError(number)
    return base64.b64decode(answer["picture"])


def _answers(arguments: list[str], limits: Limits) -> Iterator[dict[str, Any]]:
    """The child's answers, up to the one that says that it has done all.

    Raises:
        DocumentFault: the child's own, or that of its end.
    """
    with _child(arguments, limits) as child:
        for line in _lines(child, limits.wall_seconds):
            answer: dict[str, Any] = orjson.loads(line)
            if "fault" in answer:
                raise DocumentFault(DocumentFaultCode(answer["fault"]["code"]), answer["fault"]["message"])
            if "crash" in answer:
                logger.warning("reading a document failed: %s", answer["crash"])
                raise DocumentFault(DocumentFaultCode.BROKEN)
            if "done" in answer:
                return
            yield answer
        raise _fault_of_end(child, limits)


@contextmanager
def _child(arguments: list[str], limits: Limits) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "contracts.documents.child", str(limits.memory_bytes), str(limits.cpu_seconds)]
    with subprocess.Popen(  # noqa: S603 -- our own module; the file's path is one argument, no shell
        command + arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_PROJECT_ROOT,
        env=_ENVIRONMENT,
        close_fds=True,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def _lines(child: "subprocess.Popen[bytes]", wall_seconds: float) -> Iterator[bytes]:
    """The lines that the child writes; ends when it ends.

    Raises:
        DocumentFault: the child takes too long, or sends more at once than any page needs.
    """
    if child.stdout is None:
        raise ValueError("the child's output is not a pipe")
    descriptor = child.stdout.fileno()
    poll = select.poll()  # not select(), which fails where the caller has over a thousand files open
    poll.register(descriptor, select.POLLIN | select.POLLHUP)
    parts: list[bytes] = []
    size = 0
    while True:
        started = time.monotonic()
        ready = poll.poll(max(0.0, wall_seconds) * 1000)
        wall_seconds -= time.monotonic() - started
        if not ready:
            raise DocumentFault(DocumentFaultCode.TOO_SLOW)
        received = os.read(descriptor, _READ_BYTES)
        if not received:
            return
        *ended, rest = received.split(b"\n")
        for line in ended:
            yield b"".join([*parts, line])
            parts.clear()
            size = 0
        parts.append(rest)
        size += len(rest)
        if size > _MAX_LINE_BYTES:
            raise DocumentFault(DocumentFaultCode.TOO_MUCH_MEMORY)


def _fault_of_end(child: "subprocess.Popen[bytes]", limits: Limits) -> DocumentFault:
    """What a child died of that ended without a last word. Its output is closed, so it is at its end, or nearly."""
    status, usage = _wait(child)
    logger.warning("reading a document ended its process: exit status %d, peak %d KiB", status, usage.ru_maxrss)
    if status == -signal.SIGXCPU:
        return DocumentFault(DocumentFaultCode.TOO_SLOW)
    cpu_seconds = usage.ru_utime + usage.ru_stime
    if status == -signal.SIGKILL and cpu_seconds >= limits.cpu_seconds:
        return DocumentFault(DocumentFaultCode.TOO_SLOW)
    if status == -signal.SIGKILL or _held_bytes(usage) > _STARVED_SHARE * limits.memory_bytes:
        return DocumentFault(DocumentFaultCode.TOO_MUCH_MEMORY)
    return DocumentFault(DocumentFaultCode.BROKEN)


def _held_bytes(usage: resource.struct_rusage) -> int:
    """The most memory that the child held, as nearly as can be told afterwards.

    Its peak starts from its caller's, which may be the larger; the pages it touched count again those it gave back.
    """
    peak_bytes = usage.ru_maxrss * (1 if sys.platform == "darwin" else _KIBIBYTE)
    return min(peak_bytes, usage.ru_minflt * resource.getpagesize())


def _wait(child: "subprocess.Popen[bytes]") -> tuple[int, resource.struct_rusage]:
    """The child's exit code, negative for a signal, and what it used."""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage
