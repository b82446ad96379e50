"""What only the owner of the tables may do: tests say so, in the transaction that they are in."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from psycopg.pq import TransactionStatus


@contextmanager
def owning() -> Iterator[None]:
    """The connection's role is the owner until the block ends, also where it connects only then."""
    options = connection.settings_dict["OPTIONS"]
    role = options.pop("assume_role", None)
    if connection.connection is not None:
        _become(settings.DATABASE_OWNER["USER"])
    try:
        yield
    finally:
        if role is not None:
            options["assume_role"] = role
            # A transaction that failed takes the role that was taken on in it along when it is rolled back.
            if connection.connection is not None and not _is_broken():
                _become(role)


def _become(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {connection.ops.quote_name(role)}")


def _is_broken() -> bool:
    status = connection.connection.info.transaction_status
    return connection.needs_rollback or status == TransactionStatus.INERROR
