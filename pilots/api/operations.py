"""What the OpenAPI document says of the pilots' operations, by operation id."""

from config.api.operations import Operation
from config.errors import ErrorCode

_NO_PILOT = {404: [ErrorCode.NOT_FOUND]}  # not everybody with an account flies

OPERATIONS: dict[str, Operation] = {
    "pilots_me_retrieve": Operation("The caller's own record", refusals=_NO_PILOT),
    "pilots_me_partial_update": Operation("Change the caller's own record", refusals=_NO_PILOT),
}
