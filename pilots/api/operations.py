"""What the OpenAPI document says of the pilots' operations, by operation id."""

from config.api.operations import Operation

OPERATIONS: dict[str, Operation] = {
    "pilots_me_retrieve": Operation("The caller's own record"),
    "pilots_me_partial_update": Operation("Change the caller's own record"),
}
