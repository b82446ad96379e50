"""Ends what a killed supervisor leaves behind: `python guard.py COMMAND...`, told over its standard input.

`add N` and `drop N` name process groups, `done` says that nothing is left to do. When the input ends without `done`,
the supervisor was killed: the groups are asked to end, then killed, and COMMAND ends the servers. Nothing but the
standard library is imported, so that it starts at once and stays small.
"""

import contextlib
import os
import signal
import sys
import time

PATIENCE_SECONDS = 6.0


def _signal_groups(groups: set[int], number: int) -> set[int]:
    """Signal the groups; those that still have a member."""
    left = set()
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
            left.add(group)
    return left


def main() -> None:
    """Listen until the input ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        word, _, group = line.strip().partition(" ")
        if word == "done":
            return
        if word == "add":
            groups.add(int(group))
        elif word == "drop":
            groups.discard(int(group))
    left = _signal_groups(groups, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = _signal_groups(left, 0)
    _signal_groups(left, signal.SIGKILL)
    if len(sys.argv) > 1:
        os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 - the command is the supervisor's own


if __name__ == "__main__":
    main()
