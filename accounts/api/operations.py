"""What the OpenAPI document says of the accounts' operations, by operation id."""

from config.api.operations import Operation
from config.errors import ErrorCode

_UNCACHED = {"Cache-Control": "`no-store`."}
_LINK = {422: [ErrorCode.LINK_REFUSED]}
_CONFIRMED = {403: [ErrorCode.NOT_ALLOWED, ErrorCode.REAUTHENTICATION_REQUIRED]}

OPERATIONS: dict[str, Operation] = {
    "auth_token_create": Operation(
        "Begin a session by e-mail and password",
        headers=_UNCACHED,
        refusals={403: [ErrorCode.SECOND_FACTOR_REQUIRED, ErrorCode.SECOND_FACTOR_MISSING]},
    ),
    "auth_reauthenticate_create": Operation("Show again who one is", refusals={422: [ErrorCode.INVALID]}),
    "auth_refresh_create": Operation("New tokens for a refresh token", headers=_UNCACHED),
    "auth_client_token_create": Operation("An access token for a service client", headers=_UNCACHED),
    "auth_revoke_create": Operation("End a session", refusals={403: [ErrorCode.NOT_ALLOWED]}),
    "auth_sessions_list": Operation("Where the account is signed in"),
    "auth_sessions_destroy_others": Operation(
        "End all of the account's sessions but the one that asks", refusals=_CONFIRMED
    ),
    "auth_sessions_destroy": Operation("End one of the account's own sessions", refusals=_CONFIRMED),
    "auth_register_create": Operation("Register an address"),
    "auth_verify_email_create": Operation("Make the account of a registration", refusals=_LINK),
    "auth_password_reset_create": Operation("Ask for a new password"),
    "auth_password_reset_confirm_create": Operation("Set a new password by a mailed link", refusals=_LINK),
    "auth_password_create": Operation("Change one's own password"),
    "auth_email_change_create": Operation("Ask for another address"),
    "auth_email_change_confirm_create": Operation("Say yes to another address", refusals=_LINK),
    "auth_data_exports_list": Operation("The caller's copies of his data"),
    "auth_data_exports_create": Operation(
        "Have a copy of one's own data made",
        refusals={403: [ErrorCode.REAUTHENTICATION_REQUIRED], 409: [ErrorCode.WRONG_STATE]},
    ),
    "auth_data_exports_file_retrieve": Operation(
        "A copy's file, while it is ready",
        refusals={403: [ErrorCode.REAUTHENTICATION_REQUIRED]},
        headers=_UNCACHED,
    ),
    "airlines_list": Operation("Airlines that the caller may know of"),
    "notifications_list": Operation("What the caller has been told"),
    "notifications_read_all": Operation("Mark all of the caller's own notifications as read"),
    "notifications_read_create": Operation("Mark one of the caller's own notifications as read"),
}
