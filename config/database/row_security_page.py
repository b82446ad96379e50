"""The policies as docs/row-security.md lists them, written from what the apps declare; a test compares."""

import re
from pathlib import Path

from config.database.row_security import COMMANDS, EVERYBODY, NOBODY, Declared, Policies, declared

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "row-security.md"
HEADING = "## The policies\n\n"
INTRODUCTION = """\
Who is not known meets “everybody” alone; the product meets all of them, and the owner is not asked: neither is named. `–` is the
product's alone. `person`, `client`, `pilot` are the caller's own ids, `reviews` and `serves` his airlines, `flies_for` his one,
`acquaintances` are those whose names he meets, `known` is anybody who is known. A table that a condition
asks is itself narrowed by its own row here.

"""
# What a policy asks of who is there: `(SELECT door_is_administrator())` is told as `administrator`.
_ASKED = re.compile(r"\(SELECT door_(?:is_)?(\w+)\(\)\)(?:::uuid\[\])?")


def policies_listed() -> str:
    """Tables with policies, tables without, and views: one row each."""
    said = declared()
    rows = [
        "| table | is seen where | is added where | is changed where | is deleted where |",
        "|---|---|---|---|---|",
        *(_row(said, table, policies) for table, policies in sorted(said.protected.items())),
        "",
        "| table without policies | because it holds | the serving role may |",
        "|---|---|---|",
        *(
            f"| `{table}` | {exempt.why} | {', '.join(exempt.rights)} |"
            for table, exempt in sorted(said.exempt.items())
        ),
        "",
        "| view | shows |",
        "|---|---|",
        *(f"| `{view}` | {_shown(query)} |" for view, query in sorted(said.views.items())),
    ]
    return "\n".join(rows) + "\n"


def _row(said: Declared, table: str, policies: Policies) -> str:
    rights = {right.lower() for right in said.rights.get(table, COMMANDS)}
    cells = (_cell(policies, command) if command in rights else "no right" for command in COMMANDS)
    return f"| `{table}` | {' | '.join(cells)} |"


def _cell(policies: Policies, command: str) -> str:
    condition = getattr(policies, command)
    if command == "update" and policies.changed not in {"", condition}:
        return f"{_in_words(condition)}, and is then {_in_words(policies.changed)}"
    return _in_words(condition)


def _in_words(condition: str) -> str:
    if condition == NOBODY:
        return "–"
    if condition == EVERYBODY:
        return "everybody"
    return f"`{_plain(condition)}`"


def _plain(condition: str) -> str:
    return _ASKED.sub(r"\1", " ".join(condition.split())).replace(" AND true)", ")")


def _shown(query: str) -> str:
    """Of a view made here, which rows; of the others, whatever their reader's policies show."""
    if not query:
        return "what its reader sees of the tables beneath"
    _, _, condition = query.partition(" WHERE ")
    return f"`{_plain(condition)}`" if condition else "all rows"


def page_with_policies(page: str) -> str:
    """The page with the tables as they are declared."""
    before, _, _ = page.partition(HEADING)
    return before + HEADING + INTRODUCTION + policies_listed()


def page_write() -> None:
    """Write the page anew."""
    PAGE.write_text(page_with_policies(PAGE.read_text()))
