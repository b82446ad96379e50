"""Every write of the app."""

from accounts.services.clients import (
    ClientRefused,
    client_create,
    client_secret_renew,
    client_token_issue,
    client_update,
)
from accounts.services.ending import sessions_end_of_everybody, sessions_end_of_person
from accounts.services.people import (
    airline_create,
    airline_update,
    grant_add,
    grant_remove,
    sign_in_failure_record,
    user_create,
    user_update,
    web_sign_in_record,
    web_sign_out_record,
)
from accounts.services.sessions import (
    RefreshRefused,
    Tokens,
    refresh_token_revoke,
    session_open,
    session_refresh,
    session_revoke,
    sessions_revoke_all,
    sessions_revoke_others,
)

__all__ = [
    "ClientRefused",
    "RefreshRefused",
    "Tokens",
    "airline_create",
    "airline_update",
    "client_create",
    "client_secret_renew",
    "client_token_issue",
    "client_update",
    "grant_add",
    "grant_remove",
    "refresh_token_revoke",
    "session_open",
    "session_refresh",
    "session_revoke",
    "sessions_end_of_everybody",
    "sessions_end_of_person",
    "sessions_revoke_all",
    "sessions_revoke_others",
    "sign_in_failure_record",
    "user_create",
    "user_update",
    "web_sign_in_record",
    "web_sign_out_record",
]
