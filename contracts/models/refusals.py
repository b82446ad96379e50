"""How a trigger refuses: with `check_violation` and a constraint's name, as a CHECK would."""


def refuse(constraint: str, message: str) -> str:
    """The statement, for the body of a trigger. A quote in `message` is written twice."""
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';"
