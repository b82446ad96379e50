"""Answers that were given before, kept to be asked after by their `ETag`. Never used without asking the server."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock


@dataclass(frozen=True, slots=True)
class CacheKey:
    """Whose answer to what: one caller is never given another's."""

    identity: str = field(repr=False)
    url: str
    accept: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer. `headers` has names in lower case."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    @property
    def etag(self) -> str | None:
        """Its strong or weak entity tag, as it was sent."""
        return self.headers.get("etag")


class ResponseCache:
    """The answers used last, at most `most_entries` with at most `most_bytes` of bodies. Threads and clients may share one."""

    def __init__(self, *, most_entries: int = 1_000, most_bytes: int = 64 * 2**20) -> None:
        self.most_entries = most_entries
        self.most_bytes = most_bytes
        self._answers: OrderedDict[CacheKey, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def __repr__(self) -> str:
        return f"<ResponseCache: {len(self._answers)} answers, {self._bytes} bytes>"

    def get(self, key: CacheKey) -> Answer | None:
        """The answer that is kept, now the one used last."""
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def keep(self, key: CacheKey, answer: Answer) -> None:
        """Keep it in place of the one before, and let go of the oldest ones. One that is too large alone is not kept."""
        with self._lock:
            self._drop(key)
            if len(answer.body) > self.most_bytes:
                return
            self._answers[key] = answer
            self._bytes += len(answer.body)
            while len(self._answers) > self.most_entries or self._bytes > self.most_bytes:
                self._drop(next(iter(self._answers)))

    def drop(self, key: CacheKey) -> None:
        """Let go of one, if it is there."""
        with self._lock:
            self._drop(key)

    def _drop(self, key: CacheKey) -> None:
        answer = self._answers.pop(key, None)
        if answer is not None:
            self._bytes -= len(answer.body)
