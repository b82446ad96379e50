"""The one stream that all parts' lines go to: `HH:MM:SS part | line`."""

import datetime as dt
import os
from pathlib import Path
from typing import TextIO

NAME_WIDTH = 11
COLOURS = (36, 32, 33, 35, 34, 96, 92)  # of the terminal, one for each part in turn
LONGEST_LINE = 64 * 1024


class Stream:
    """Writes lines. When nobody reads any more, `broken` is set and the rest is dropped."""

    def __init__(self, target: TextIO) -> None:
        self.broken = False
        self._target = target
        self._colourful = target.isatty()
        self._colours: dict[str, int] = {}

    def write(self, part: str, line: str) -> None:
        """Write one line of `part`."""
        if self.broken:
            return
        now = dt.datetime.now().astimezone()
        head = f"{now:%H:%M:%S} {part:<{NAME_WIDTH}} |"
        if self._colourful:
            colour = self._colours.setdefault(part, COLOURS[len(self._colours) % len(COLOURS)])
            head = f"\033[{colour}m{head}\033[0m"
        try:
            self._target.write(f"{head} {line}\n")
            self._target.flush()
        except OSError:
            self.broken = True
            # What is still in the buffer would fail again when the interpreter ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._target.fileno())


class Lines:
    """Puts lines together from pieces of bytes."""

    def __init__(self) -> None:
        self._rest = b""

    def add(self, piece: bytes) -> list[str]:
        """The lines that are complete with `piece`; a very long one is cut."""
        *complete, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            complete.append(self._rest)
            self._rest = b""
        return [line.decode(errors="replace").rstrip("\r") for line in complete]

    def end(self) -> list[str]:
        """What stood after the last line's end."""
        rest, self._rest = self._rest, b""
        return [rest.decode(errors="replace")] if rest else []


class LogTail:
    """Reads what is added to a log file from now on, across its being moved aside."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = path.stat().st_size if path.exists() else 0
        self._lines = Lines()

    def new_lines(self) -> list[str]:
        """The lines since the last call."""
        try:
            with self._path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._position:
                    self._position = 0
                file.seek(self._position)
                piece = file.read()
        except FileNotFoundError:
            return []
        self._position += len(piece)
        return self._lines.add(piece)
