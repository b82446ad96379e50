"""What the OpenAPI document says of the law's operations, by operation id."""

from config.api.operations import Operation

OPERATIONS: dict[str, Operation] = {
    "regulations_rules_list": Operation("The rules of 14 CFR Part 117"),
    "regulations_rules_retrieve": Operation("One rule of 14 CFR Part 117"),
    "regulations_limits_retrieve": Operation("Flight time and FDP limits of one duty period"),
    "regulations_evaluate": Operation("Judge a schedule document against 14 CFR Part 117"),
}
