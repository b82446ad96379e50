"""The backend's connection and cursor. Django looks for `DatabaseWrapper` in a module of this name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg import sql
from psycopg.pq import TransactionStatus
from typing_extensions import override

from config import door
from config.database.binding import require_bound

PlainCursor: Any = base.Cursor
# What sees or changes rows. Other statements are sent as they are outside transactions: some bear no company.
TOUCHES = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "TABLE", "VALUES", "EXPLAIN")


class TellingCursor(PlainCursor):  # type: ignore[misc] # untyped in the stubs
    """Sends who acts, and as whom he sees, ahead of a transaction's first statement, and of each outside one.

    Both go to the server as one message, so it costs no round trip, and PostgreSQL runs them in one transaction: the
    setting is gone when that ends, also where PgBouncer gives the connection to somebody else.
    """

    @override
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        ahead = self._what_to_tell(query)
        if ahead is None:
            return super().execute(query, params, **options)
        if params is not None:
            ahead = ahead.replace("%", "%%")
        together = ahead + query if isinstance(query, str) else sql.SQL(ahead) + query
        try:
            super().execute(together, params, **options)
        except BaseException:
            self.connection.told = None
            raise
        self.nextset()
        return self

    def _what_to_tell(self, query: Any) -> str | None:
        """A statement to send ahead, with its semicolon; None where the transaction knows already."""
        connection: Any = self.connection
        status = connection.pgconn.transaction_status
        if not isinstance(query, (str, sql.Composable)) or status == TransactionStatus.INERROR:
            return None
        if status == TransactionStatus.IDLE:
            connection.told = None
            if not _begins(query, TOUCHES) if connection.autocommit else _begins(query, ("SET ",)):
                return None  # SET TRANSACTION has to come first
        key = door.context_key()
        if getattr(connection, "told", None) == key:
            return None
        if not connection.autocommit:
            connection.told = key
        if getattr(connection, "known_key", None) != key:
            said = ", ".join(
                f"pg_catalog.set_config('{name}', {sql.Literal(value).as_string(connection)}, true)"
                for name, value in door.told().items()
            )
            connection.known_key = key
            connection.known_text = f"SELECT {said}; "
        return str(connection.known_text)

    @contextmanager
    @override
    def copy(self, statement: Any, params: Any = None, **options: Any) -> Iterator[Any]:
        """As whoever asks now, not as who asked before in the same transaction. Outside one it is nobody, who copies nothing."""
        ahead = self._what_to_tell(statement)
        if ahead is not None:
            super().execute(ahead)
        with super().copy(statement, params, **options) as copying:
            yield copying

    @override
    def stream(self, query: Any, params: Any = None, **options: Any) -> Iterator[Any]:
        """As `copy`."""
        ahead = self._what_to_tell(query)
        if ahead is not None:
            super().execute(ahead)
        yield from super().stream(query, params, **options)

    @override
    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        """One by one, so that each is told: psycopg's own would go past `execute`."""
        for params in params_seq:
            self.execute(query, params, **options)


def _begins(query: Any, words: tuple[str, ...]) -> bool:
    """Whether a statement begins with one of the words."""
    text = query if isinstance(query, str) else query.as_string()
    return text[:40].lstrip(" \n\t(").upper().startswith(words)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with the telling cursor."""

    # `migrate` is the owner's: `config.database.owner`.
    is_owners = False
    # Roles do not change under a running process; asked once, it costs nothing.
    _is_known_to_be_bound = False

    @override
    def get_connection_params(self) -> dict[str, Any]:
        given: dict[str, Any] = {**super().get_connection_params(), "cursor_factory": TellingCursor}
        return given

    @override
    def init_connection_state(self) -> None:
        super().init_connection_state()
        if not settings.SERVING_ROLE_IS_BOUND or self.is_owners or DatabaseWrapper._is_known_to_be_bound:
            return
        raw: Any = self.connection
        try:
            require_bound(raw)
        except BaseException:
            raw.close()
            self.connection = None
            raise
        if not self.get_autocommit():
            raw.commit()
        DatabaseWrapper._is_known_to_be_bound = True

    @override
    def chunked_cursor(self) -> Any:
        """A cursor on the server, in a transaction: what it is to see is told ahead, since it takes its own query and no other.

        Raises:
            RuntimeError: no transaction is under way, so that nothing could be told.
        """
        if not self.in_atomic_block:
            raise RuntimeError("A cursor on the server sees nothing outside a transaction.")
        with self.cursor() as cursor:
            cursor.execute("SELECT")
        return super().chunked_cursor()

    @contextmanager
    def _nodb_cursor(self) -> Iterator[Any]:
        """To make and remove databases: the owner's work, whose role nobody takes on there."""
        before = self.settings_dict
        options = {name: value for name, value in before["OPTIONS"].items() if name != "assume_role"}
        owner = {name: settings.DATABASE_OWNER[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
        self.settings_dict = {**before, **owner, "OPTIONS": options}
        try:
            with super()._nodb_cursor() as cursor:
                yield cursor
        finally:
            self.settings_dict = {**before, "NAME": self.settings_dict["NAME"]}

    def _savepoint_rollback(self, sid: str) -> None:
        """What was set since the savepoint is undone with it."""
        super()._savepoint_rollback(sid)  # type: ignore[misc] # Django's, which the stubs leave out
        if self.connection is not None:
            self.connection.told = None
