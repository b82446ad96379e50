"""The README's examples, as they stand there."""

import re
from pathlib import Path

from loops import apart

README = Path(__file__).resolve().parent.parent / "README.md"


def examples() -> dict[str, list[str]]:
    """The Python blocks below each heading."""
    sections = re.split(r"^## ", README.read_text(), flags=re.MULTILINE)[1:]
    found = {
        section.partition("\n")[0]: re.findall(r"^```python\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
        for section in sections
    }
    return {heading: blocks for heading, blocks in found.items() if blocks}


def executed(source: str) -> dict[str, object]:
    """The names that an example leaves behind."""
    names: dict[str, object] = {"__name__": "readme"}
    apart(lambda: exec(compile(source, str(README), "exec"), names))  # noqa: S102 - our own README
    return names
