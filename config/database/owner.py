"""The role that owns the tables: it migrates and does nothing else. What serves people connects as another, which owns nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.conf import settings
from django.db import connection, connections

from config.database.base import DatabaseWrapper

_OF_THE_ROLE = ("USER", "PASSWORD", "HOST", "PORT")


@contextmanager
def as_owner() -> Iterator[None]:
    """The thread's connection is the owner's (`DATABASE_OWNER_URL`) until the block ends. Not within a transaction.

    Raises:
        RuntimeError: a transaction is under way.
    """
    if connection.in_atomic_block:
        raise RuntimeError("A transaction belongs to the role that began it.")
    before = connection.settings_dict
    options: dict[str, Any] = {name: value for name, value in before["OPTIONS"].items() if name != "assume_role"}
    owner = {name: settings.DATABASE_OWNER[name] for name in _OF_THE_ROLE}
    connection.close()
    wrapper = cast("DatabaseWrapper", connections[connection.alias])
    wrapper.is_owners = True
    connection.settings_dict = {**before, **owner, "OPTIONS": options}
    try:
        yield
    finally:
        connection.close()
        wrapper.is_owners = False
        # What the block has set meanwhile, such as the name of a database made for tests, is kept.
        connection.settings_dict = {**before, "NAME": connection.settings_dict["NAME"]}
