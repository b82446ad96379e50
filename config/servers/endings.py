"""TERM and HUP for a program that holds a lease: it unwinds, so that the last user out can stop the servers."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

NUMBERS = (signal.SIGTERM, signal.SIGHUP)
# make, timeout and a closing terminal each send one signal to a program twice; that is one request.
SAME_REQUEST_SECONDS = 2.0
AS_SHELLS_SAY = 128  # plus the signal's number: the exit code of a program that a signal ended


class Ending:
    """Raises `exception` where TERM or HUP arrives, in the main thread of the process that made it."""

    def __init__(self, exception: type[BaseException]) -> None:
        self._exception = exception
        self._process = os.getpid()
        self._last = float("-inf")
        self._postpones = False
        self._waiting: int | None = None

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """The handler."""
        if os.getpid() != self._process:  # a fork has no lease to give back
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        elif self._postpones:
            self._waiting = number
        elif time.monotonic() - self._last > SAME_REQUEST_SECONDS:
            self._last = time.monotonic()
            raise self._exception(AS_SHELLS_SAY + number)

    @contextmanager
    def postponed(self) -> Iterator[None]:
        """What starts or stops a server is not broken off: a signal takes effect after it."""
        self._postpones = True
        try:
            yield
        finally:
            self._postpones = False
        if self._waiting is not None:
            number, self._waiting = self._waiting, None
            self.on_signal(number, None)


@contextmanager
def ending_in_order(exception: type[BaseException]) -> Iterator[Ending]:
    """Raise `exception` for TERM and HUP while the block runs, where they would end the process at once.

    A handler that somebody has installed stays, and so does `nohup`. Threads other than the main one get no signals.
    """
    ending = Ending(exception)
    ours = (
        [number for number in NUMBERS if signal.getsignal(number) == signal.SIG_DFL]
        if threading.current_thread() is threading.main_thread()
        else []
    )
    for number in ours:
        signal.signal(number, ending.on_signal)
    try:
        yield ending
    finally:
        for number in ours:
            if signal.getsignal(number) == ending.on_signal:
                signal.signal(number, signal.SIG_DFL)
