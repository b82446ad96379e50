"""Reading a provider's envelope: members that should be there, and tokens that should be numbers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from contracts.language_models.interface import BadAnswer, FaultCode, ModelRequest, Usage

# English has about four bytes a token, figures and tables fewer: an estimate that is rather too high. Other scripts have
# more bytes a character.
BYTES_PER_TOKEN = 3
LONGEST_VERSION = 120
# More than any model takes or writes at once: who says more cannot count.
_MOST_TOKENS = 2_000_000
TOOL_NAME = "report_rules"
TOOL_PURPOSE = "Hands in the rules that were found on the pages."


def estimated_tokens(*texts: str) -> int:
    """Tokens that the texts have at most, nearly."""
    return sum(len(text.encode(errors="replace")) for text in texts) // BYTES_PER_TOKEN + 1


def tokens_asked(request: ModelRequest) -> int:
    """Tokens that a question has at most, nearly; the answer's schema is sent, and paid for, with it."""
    return estimated_tokens(request.system, request.prompt, orjson.dumps(request.schema).decode())


def member(value: object, *path: str | int) -> Any:
    """What lies at the path.

    Raises:
        BadAnswer: when nothing does.
    """
    for step in path:
        known = isinstance(value, Mapping) if isinstance(step, str) else isinstance(value, list)
        try:
            value = value[step] if known else None  # type: ignore[index] # what it is was just asked
        except (KeyError, IndexError):
            known = False
        if not known:
            raise BadAnswer(FaultCode.NOT_THE_PROTOCOL)
    return value


def objects_in(value: object) -> Sequence[Mapping[str, Any]]:
    """The objects of a list.

    Raises:
        BadAnswer: when it is none.
    """
    if not isinstance(value, list):
        raise BadAnswer(FaultCode.NOT_THE_PROTOCOL)
    return [entry for entry in value if isinstance(entry, Mapping)]


def usage_of(said: object, names: tuple[str, str], request: ModelRequest, answered: str) -> Usage:
    """The tokens that the provider names; local servers often name none, and then they are estimated."""
    counts = said if isinstance(said, Mapping) else {}
    asked, written = tokens_asked(request), estimated_tokens(answered)
    return Usage(_count(counts.get(names[0]), asked), _count(counts.get(names[1]), written))


def words_and_usage(
    words_of: Callable[[], str], said: object, names: tuple[str, str], request: ModelRequest
) -> tuple[str, Usage]:
    """What was answered, and the tokens that it took.

    Raises:
        BadAnswer: with the tokens, where no words are to be found or they are nested too deeply to be written as JSON.
    """
    try:
        words = words_of()
    except (BadAnswer, orjson.JSONEncodeError):
        raise BadAnswer(FaultCode.NOT_THE_PROTOCOL, usage_of(said, names, request, "")) from None
    return words, usage_of(said, names, request, words)


def _count(value: object, estimate: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS:
        return value
    return estimate


def version_of(said: object, asked_for: str) -> str:
    """The model that answered, as the provider names it, else the one that was asked."""
    return said[:LONGEST_VERSION] if isinstance(said, str) and said.isprintable() and said else asked_for
