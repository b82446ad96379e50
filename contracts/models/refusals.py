"""How a trigger refuses: with `check_violation` and a constraint's name, as a CHECK would."""


def refuse(constraint: str, message: str) -> str:
    """The statement, for the body of a trigger. A quote in `message` is written twice."""
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';"


# First in a guard that keeps rows as they are: words of theirs may give way to the pseudonym of somebody who is erased (ADR 0068).
LETS_NAMES_GO = """
            IF TG_OP = 'UPDATE' AND coalesce(current_setting('vectorbid.redaction', true), '') <> '' THEN
                IF public.audit_only_redacted(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
            END IF;
"""
