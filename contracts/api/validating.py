"""From what was sent to validation's answer, for one document or for many lines."""

from collections.abc import Iterator

import orjson

from config.api.parsers import Lines
from config.api.problems import problem_body
from config.errors import ErrorCode, Fault, Malformed, ProductError, RuleBroken
from contracts.validation.answers import Binding, answer_to
from contracts.validation.findings import TooMuchFound
from regulations.far117 import DocumentRefused

MOST_LINES = 20_000
_FAULTS = "The document has faults; `errors` points to each."


def validation_body(document: object, binding: Binding, *, with_untested: bool) -> bytes:
    """The answer as JSON.

    Raises:
        Malformed: the document has faults, each named.
        RuleBroken: more is found than an answer holds.
    """
    try:
        return orjson.dumps(answer_to(document, binding, with_untested=with_untested))
    except DocumentRefused as refused:
        raise Malformed(
            _FAULTS,
            errors=[Fault(pointer=fault.pointer, code=fault.code, detail=fault.detail) for fault in refused.faults],
        ) from refused
    except TooMuchFound as found:
        raise RuleBroken(str(found), code=ErrorCode.TOO_MANY_FINDINGS) from found


def validation_lines(lines: Lines, binding: Binding, *, with_untested: bool) -> Iterator[bytes]:
    """An answer a line, in their order; a line that cannot be judged gets a problem document.

    Raises:
        Malformed: there are too many; before the first is judged.
    """
    if len(lines) > MOST_LINES:
        raise Malformed(f"At most {MOST_LINES:,} lines are judged at once.")
    return (_line(line, binding, with_untested=with_untested) for line in lines)


def _line(line: bytes, binding: Binding, *, with_untested: bool) -> bytes:
    try:
        return validation_body(orjson.loads(line), binding, with_untested=with_untested) + b"\n"
    except orjson.JSONDecodeError as error:
        return _problem(Malformed(f"The line is not JSON: {error}"))
    except ProductError as refused:
        return _problem(refused)


def _problem(refused: ProductError) -> bytes:
    body = problem_body(
        status=refused.status,
        code=refused.code,
        title=refused.title,
        detail=refused.detail,
        errors=refused.errors,
    )
    return orjson.dumps(body) + b"\n"
