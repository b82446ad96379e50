"""Reading a whole document with a model: batch by batch, within a purse and a deadline, whatever the model answers."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Thread
from typing import TypeAlias

import structlog

from contracts.documents.pages import Page
from contracts.language_models.answers import Checked, Drop, ModelRule, checked_answer
from contracts.language_models.cost import Purse
from contracts.language_models.envelopes import tokens_asked
from contracts.language_models.interface import (
    BadAnswer,
    FaultCode,
    LanguageModel,
    ModelAnswer,
    ModelFault,
    ModelRequest,
    Refused,
    Unavailable,
    Usage,
)
from contracts.language_models.prompt import Passage, batches_of, request_for
from contracts.language_models.transport import Transport

TICK_SECONDS = 1.0
# An answer that came in time is still checked, quote by quote.
GRACE_SECONDS = 20.0
# A model that answers so many batches in a row uselessly will not answer the next.
USELESS_IN_A_ROW = 3

Asked: TypeAlias = "Future[tuple[ModelAnswer, Checked]]"

logger = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """How a reading ended. What was read until then counts in any case."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    OVER_BUDGET = "over_budget"
    OUT_OF_TIME = "out_of_time"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(slots=True)
class ModelReading:
    """What a model has read so far, and what it took. It is filled as the reading goes on, and so survives its breaking off."""

    purse: Purse
    rules: list[ModelRule] = field(default_factory=list)
    dropped: Counter[Drop] = field(default_factory=Counter)
    usage: Usage = field(default_factory=Usage)
    model_version: str = ""
    pages_read: set[int] = field(default_factory=set)
    pages_unanswered: list[int] = field(default_factory=list)
    outcome: Outcome = Outcome.COMPLETE
    fault: FaultCode | None = None

    @property
    def pages_asked(self) -> int:
        """How many pages have been asked about, with or without an answer of use."""
        return len(self.pages_read.union(self.pages_unanswered))

    def spend(self, usage: Usage) -> None:
        """Count what a request used."""
        self.purse.pay(usage)
        self.usage = Usage(self.usage.input_tokens + usage.input_tokens, self.usage.output_tokens + usage.output_tokens)

    def end(self, outcome: Outcome, fault: FaultCode | None = None) -> None:
        """How it ended, as far as is known now."""
        self.outcome, self.fault = outcome, fault


def read_with_model(
    model: LanguageModel,
    transport: Transport,
    pages: Sequence[Page],
    *,
    into: ModelReading,
    on_tick: Callable[[], None],
    may_ask: Callable[[], bool] = lambda: True,
) -> None:
    """Ask about all pages, filling `into`. `on_tick` is called every second or so; what it raises ends the reading.

    `may_ask` is asked before each question, with `into` telling of all before it: False is the end, the key being revoked.

    Requests are made one after another, each on a thread of its own, so that the caller can go on showing that he is
    alive. The transport is closed when all is done.
    """
    by_number = {page.number: page for page in pages}
    asked: Asked | None = None
    useless = 0
    try:
        for batch in batches_of(pages):
            on_tick()
            if not may_ask():
                into.end(Outcome.INCOMPLETE, FaultCode.REVOKED)
                return
            request = request_for(batch)
            if not into.purse.allows(request):
                into.end(Outcome.OVER_BUDGET)
                return
            before = transport.unanswered
            asked = _begun(model, request, {passage.page: by_number[passage.page] for passage in batch})
            try:
                _take(into, *_waited_for(asked, on_tick, transport.deadline + GRACE_SECONDS), batch)
                useless = 0
            except ModelFault as fault:
                _miss(into, fault, batch)
                useless += 1
                if _is_final(fault) or useless == USELESS_IN_A_ROW:
                    return
            finally:
                # A request that is given up may cost as much as one that was not answered.
                given_up = 0 if asked.done() else 1
                into.purse.hold(request, transport.unanswered - before + given_up)
    finally:
        # Also when the tick raised: nobody waits for the request under way, whose thread gives the connections back.
        transport.stop()
        if asked is not None:
            asked.add_done_callback(lambda _: transport.close())


def _take(into: ModelReading, answer: ModelAnswer, checked: Checked, batch: Sequence[Passage]) -> None:
    into.spend(answer.usage)
    into.model_version = answer.model_version
    into.pages_read.update(passage.page for passage in batch)
    into.rules.extend(checked.rules)
    into.dropped.update(checked.dropped)


def _miss(into: ModelReading, fault: ModelFault, batch: Sequence[Passage]) -> None:
    into.spend(fault.usage)
    into.pages_unanswered.extend(sorted({passage.page for passage in batch}))
    into.end(_outcome_of(fault), fault.code)


def _begun(model: LanguageModel, request: ModelRequest, pages: dict[int, Page]) -> Asked:
    """One question under way. Its thread does not keep a process alive that is asked to end."""
    asked: Asked = Future()

    def work() -> None:
        try:
            asked.set_result(_asked(model, request, pages))
        except ModelFault as fault:
            asked.set_exception(fault)

    Thread(target=work, name="language-model", daemon=True).start()
    return asked


def _asked(model: LanguageModel, request: ModelRequest, pages: dict[int, Page]) -> tuple[ModelAnswer, Checked]:
    """One question and its checked answer.

    Raises:
        ModelFault: of whatever kind; what nobody foresaw, too, so that no answer can break the reading of a document.
    """
    try:
        answer = model.ask(request)
    except ModelFault:
        raise
    except Exception as error:  # noqa: BLE001 - named in the log and in the run
        # Whether it was sent nobody knows: then it may have cost all that it can.
        raise _unforeseen(error, Usage(tokens_asked(request), request.maximum_tokens)) from None
    try:
        return answer, checked_answer(answer.text, pages)
    except BadAnswer as fault:
        raise BadAnswer(fault.code, answer.usage) from None
    except Exception as error:  # noqa: BLE001 - named in the log and in the run
        raise _unforeseen(error, answer.usage) from None


def _unforeseen(error: Exception, usage: Usage) -> BadAnswer:
    """Its kind alone is logged: its words may hold what was sent."""
    logger.error("a language model's answer could not be worked on", fault=type(error).__qualname__)
    return BadAnswer(FaultCode.UNEXPECTED, usage)


def _waited_for(asked: Asked, on_tick: Callable[[], None], until: float) -> tuple[ModelAnswer, Checked]:
    """The answer; after `until`, on the monotonic clock, nobody waits for what is left, be it a name that is looked up.

    Raises:
        ModelFault: as `_asked`.
    """
    while True:
        try:
            return asked.result(timeout=TICK_SECONDS)
        except NotYet:
            on_tick()
            if time.monotonic() > until:
                raise Unavailable(FaultCode.STOPPED) from None


def _outcome_of(fault: ModelFault) -> Outcome:
    if isinstance(fault, BadAnswer):
        return Outcome.INCOMPLETE
    if isinstance(fault, Refused):
        return Outcome.INCOMPLETE if fault.code is FaultCode.CONTENT_REFUSED else Outcome.REFUSED
    return Outcome.OUT_OF_TIME if fault.code is FaultCode.STOPPED else Outcome.UNAVAILABLE


def _is_final(fault: ModelFault) -> bool:
    """Whether the next batch would fare no better."""
    return _outcome_of(fault) is not Outcome.INCOMPLETE


def every_dropped(dropped: Counter[Drop]) -> tuple[int, int]:
    """How many quotes were not found, and how many rules fell for other reasons."""
    quotes = dropped[Drop.QUOTE_NOT_FOUND]
    return quotes, dropped.total() - quotes
