"""Where Django keeps browsers' sessions: in its table, which nobody but the product sees into."""

from typing import Any

from django.contrib.sessions.backends import db
from typing_extensions import override

from config import door


class SessionStore(db.SessionStore):
    """Django's own. Whose session it is turns out by reading it: until then nobody asks."""

    def _get_session_from_db(self) -> Any:
        with door.as_product("nobody is known until his session is found"):
            return super()._get_session_from_db()  # type: ignore[misc] # Django's, which the stubs leave out

    @override
    def exists(self, session_key: str) -> bool:
        with door.as_product("as above"):
            return super().exists(session_key)

    @override
    def save(self, must_create: bool = False) -> None:
        with door.as_product("as above"):
            super().save(must_create)

    @override
    def delete(self, session_key: str | None = None) -> None:
        with door.as_product("as above"):
            super().delete(session_key)

    @classmethod
    @override
    def clear_expired(cls) -> None:
        with door.as_product("as above"):
            super().clear_expired()
