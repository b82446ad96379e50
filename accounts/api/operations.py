"""What the OpenAPI document says of the accounts' operations, by operation id."""

from config.api.operations import Operation
from config.errors import ErrorCode

_UNCACHED = {"Cache-Control": "`no-store`."}

OPERATIONS: dict[str, Operation] = {
    "auth_token_create": Operation("Begin a session by e-mail and password", headers=_UNCACHED),
    "auth_refresh_create": Operation("New tokens for a refresh token", headers=_UNCACHED),
    "auth_client_token_create": Operation("An access token for a service client", headers=_UNCACHED),
    "auth_revoke_create": Operation("End a session", refusals={403: [ErrorCode.NOT_ALLOWED]}),
    "auth_sessions_list": Operation("Where the account is signed in"),
    "auth_sessions_destroy_others": Operation("End all of the account's sessions but the one that asks"),
    "auth_sessions_destroy": Operation("End one of the account's own sessions"),
    "airlines_list": Operation("Airlines that the caller may know of"),
    "notifications_list": Operation("What the caller has been told"),
    "notifications_read_all": Operation("Mark all of the caller's own notifications as read"),
    "notifications_read_create": Operation("Mark one of the caller's own notifications as read"),
}
