"""What was found, numbered as it stands in the drawing, the list and the table."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

TONES = {"violation": "bad", "unknown": "warn", "report": "info", "info": "idle"}
WORDS = {"violation": "Violation", "unknown": "Not known", "report": "To be reported", "info": "Note"}


@dataclass(frozen=True, slots=True)
class Note:
    """One finding. `tone` is the badge's colour; `status_text` says in a word what it means."""

    number: int
    item: int
    status: str
    rule_id: str
    citation: str
    text: str

    @property
    def tone(self) -> str:
        return TONES[self.status]

    @property
    def status_text(self) -> str:
        return WORDS[self.status]


def all_notes(answer: dict[str, Any]) -> list[Note]:
    """Every finding of an answer, numbered from 1 in its order."""
    return [
        Note(
            number=number,
            item=finding["item"],
            status=finding["status"],
            rule_id=finding["rule_id"],
            citation=finding["citation"],
            text=finding["explanation"],
        )
        for number, finding in enumerate(answer["findings"], 1)
    ]


def notes_by_item(answer: dict[str, Any]) -> dict[int, tuple[Note, ...]]:
    """The findings of each item that has any."""
    found: dict[int, list[Note]] = defaultdict(list)
    for note in all_notes(answer):
        found[note.item].append(note)
    return {item: tuple(notes) for item, notes in found.items()}
