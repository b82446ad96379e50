"""Builds the demo documents: ``python -m contracts.demo.build``.

With ``--check`` it writes nothing and compares the committed documents with a fresh build.
"""

import argparse
import sys
from pathlib import Path

import yaml

from contracts.demo.markup import read_sources
from contracts.demo.typesetting import Frontispiece, typeset

DEMO = Path(__file__).resolve().parent
SOURCES = DEMO / "sources"
DOCUMENTS = DEMO / "documents"


def read_hyphenation(path: Path = SOURCES / "hyphenation.txt") -> dict[str, str]:
    """Returns the word list: ``{"schedule": "sched-ule"}``."""
    words = path.read_text(encoding="utf-8").split()
    return {word.replace("-", ""): word for word in words}


def read_frontispiece(folder: Path) -> Frontispiece:
    """Returns what ``document.yaml`` of a source folder says.

    Raises:
        KeyError: a field is missing.
    """
    fields = yaml.safe_load((folder / "document.yaml").read_text(encoding="utf-8"))
    return Frontispiece(
        title=fields["title"],
        header=fields["header"],
        footer=fields["footer"],
        cover=tuple(fields["cover"]),
        has_cover_page=fields["has_cover_page"],
    )


def build_documents() -> dict[str, bytes]:
    """Returns each document's file name and bytes, freshly typeset."""
    hyphenation = read_hyphenation()
    return {
        f"{folder.name}.pdf": typeset(read_sources(folder), read_frontispiece(folder), hyphenation)
        for folder in sorted(SOURCES.iterdir())
        if folder.is_dir()
    }


def outdated_documents(fresh: dict[str, bytes], folder: Path = DOCUMENTS) -> list[str]:
    """Returns the names of files that are missing, differ from the fresh build, or have no source."""
    kept = {path.name: path.read_bytes() for path in folder.glob("*.pdf")}
    return sorted(name for name in fresh.keys() | kept.keys() if fresh.get(name) != kept.get(name))


def main(arguments: list[str] | None = None) -> int:
    """Writes the documents, or with ``--check`` only compares; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a PDF is outdated")
    options = parser.parse_args(arguments)
    fresh = build_documents()
    outdated = outdated_documents(fresh)
    if options.check:
        if outdated:
            sys.stderr.write(f"Not what the sources give: {', '.join(outdated)}. Run: python -m contracts.demo.build\n")
        return 1 if outdated else 0
    DOCUMENTS.mkdir(exist_ok=True)
    for name, content in fresh.items():
        (DOCUMENTS / name).write_bytes(content)
        sys.stdout.write(f"{name}: {len(content)} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
