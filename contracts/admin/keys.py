"""The desk's keys: this table feeds the buttons' hints, the help, and the tests. The script itself knows no key.

A control carries its key as `data-desk-key`; pressing the key presses the control, or goes to it where it is a field.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `name` is how templates ask for it; `key` is the browser's name of it; `group` and `does` are the help's."""

    name: str
    key: str
    group: str
    does: str

    @property
    def shown(self) -> str:
        """As it is printed on a key."""
        return f"Shift {self.key}" if self.key.isupper() else self.key


KEYS: tuple[Key, ...] = (
    Key("next", "n", "Going through", "the next proposal of the queue"),
    Key("previous", "p", "Going through", "the one before"),
    Key("search", "/", "Going through", "to what narrows the queue"),
    Key("page_next", "]", "Going through", "the document's next page"),
    Key("page_previous", "[", "Going through", "the document's previous page"),
    Key("accept", "a", "Deciding", "accept the proposal as it stands"),
    Key("correct", "e", "Deciding", "to its fields, to correct it; Ctrl and Enter saves"),
    Key("reject", "r", "Deciding", "reject it"),
    Key("undo", "u", "Deciding", "undo what you did last"),
    Key("comment", "c", "Deciding", "to its comments"),
    Key("place", "b", "Changing", "move its box: arrows move, with Shift they resize, Enter saves, Esc gives up"),
    Key("add", "+", "Changing", "add a rule that was missed"),
    Key("split", "s", "Changing", "split it in two"),
    Key("mark", "x", "Several", "mark it, or take the mark away"),
    Key("merge", "m", "Several", "merge the marked ones into this one"),
    Key("accept_marked", "A", "Several", "accept the marked ones"),
    Key("reject_marked", "R", "Several", "reject the marked ones"),
    Key("help", "?", "Help", "this list; Esc closes it"),
)
KEY_BY_NAME = {key.name: key for key in KEYS}


def keys_by_group() -> list[tuple[str, list[Key]]]:
    """For the help, in the table's order."""
    groups: dict[str, list[Key]] = {}
    for key in KEYS:
        groups.setdefault(key.group, []).append(key)
    return list(groups.items())
