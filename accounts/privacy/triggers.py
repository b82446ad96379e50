"""What the database holds of erasures, whoever writes the row."""

import pgtrigger

from config.guards import Guard


def stays_erased() -> Guard:
    """On `users`: an erased account does not change any more, so that nobody opens it again or gives it a name."""
    return Guard(
        name="stays_erased",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func="""
            IF OLD.erased_at IS NOT NULL
               AND to_jsonb(NEW) - 'updated_at' IS DISTINCT FROM to_jsonb(OLD) - 'updated_at' THEN
                RAISE EXCEPTION 'an erased account stays erased'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'users_stay_erased';
            END IF;
            RETURN NEW;
        """,
    )


def erasure_ends_once() -> Guard:
    """On `erasures`: one that was called off or carried out is over. Words in its reason may still give way to a pseudonym."""
    return Guard(
        name="ends_once",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func="""
            IF OLD.state <> 'requested' AND NOT public.audit_only_redacted(to_jsonb(OLD), to_jsonb(NEW))
               AND to_jsonb(NEW) - 'updated_at' IS DISTINCT FROM to_jsonb(OLD) - 'updated_at' THEN
                RAISE EXCEPTION 'an erasure that is over stays as it is'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'erasures_end_once';
            END IF;
            RETURN NEW;
        """,
    )
