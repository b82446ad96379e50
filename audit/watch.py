"""Which tables are watched: all, but for those named here with their reasons. `migrate` puts the triggers on by itself.

A table that is new is watched from the migration on that makes it; whoever does not want that writes here why.
"""

from dataclasses import dataclass

from django.db import connection

# Tables whose changes are not told, and why.
EXEMPT = {
    "audit_batches": "the trail itself",
    "audit_chain": "the trail itself",
    "audit_log": "the trail itself",
    "audit_redactions": "the trail itself",
    "row_changes": "the trail itself",
    "auth_permission": "written from the code by migrate",
    "django_content_type": "written from the code by migrate",
    "django_migrations": "written by migrate",
    "django_admin_log": "never written: services write the trail",
    "django_session": "browsers' sessions, which sign-in and sign-out tell of as events",
    "axes_accessattempt": "counts failed sign-ins; security_events tells of them",
    "axes_accessattemptexpiration": "counts failed sign-ins; security_events tells of them",
    "axes_accessfailurelog": "counts failed sign-ins; security_events tells of them",
    "axes_accesslog": "counts sign-ins, which are events",
    "contract_usage_daily": "counts of lookups, added up every half minute",
    "extraction_metrics_daily": "worked out anew each night from what is watched",
    "fact_fence": "a counter that tells caches apart",
    "idempotency_keys": "copies of answers, kept for a day",
    "security_alerts": "a queue of mails; what they tell of is in security_events",
    "published_compressions": "made anew from what is watched",
    "webhook_attempts": "deliveries' own log, cleared after a month",
    "webhook_deliveries": "a queue",
}
# Columns whose changes alone are no change, and why.
SILENT = {
    "*": {"updated_at": "follows each change"},
    "users": {"last_login": "signing in is an event"},
    "user_sessions": {"last_used_at": "bookkeeping, once a minute"},
    "service_clients": {"last_used_at": "bookkeeping, once a minute"},
    "account_letters": {
        "mail_due_at": "the state of its delivery",
        "mail_attempts": "the state of its delivery",
        "mailed_at": "the state of its delivery",
    },
    "authenticators": {"last_step": "using a factor is part of signing in"},
    "passkeys": {
        "uses": "using a factor is part of signing in",
        "last_used_at": "using a factor is part of signing in",
    },
    "extraction_runs": {
        "claimant": "a lease",
        "lease_expires_at": "a lease",
        "pages_read": "progress",
        "pages_searched": "progress",
    },
    "notifications": {
        "mail": "the state of its delivery",
        "mail_due_at": "the state of its delivery",
        "mail_attempts": "the state of its delivery",
        "mailed_at": "the state of its delivery",
        "letter": "the state of its delivery",
    },
    "security_events": {
        "count": "the same once more",
        "burst_count": "the same once more",
        "burst_started_at": "the same once more",
        "last_seen_at": "the same once more",
        "names": "the same once more",
        "addresses": "the same once more",
        "address": "the same once more",
        "user_agent": "the same once more",
        "request_id": "the same once more",
        "details": "the same once more",
    },
    "webhooks": {
        "claim": "a lease",
        "claimed_until": "a lease",
        "served_at": "the queue's turn",
        "failures": "the state of its deliveries",
        "failing_since": "the state of its deliveries",
        "retry_at": "the state of its deliveries",
    },
}
# Personal columns of tables whose rows are deleted before the trail's own are: `docs/retention.md`. They are never told, so that the
# trail does not keep what is deleted elsewhere. That a row came and went is told, with its key.
PERSONAL = {
    "account_letters": {
        "email": "whom it was mailed to",
        "full_name": "what somebody registered as",
        "agreed_to": "from where he agreed",
    },
    "email_changes": {"new_email": "an address that may never be his"},
    "notifications": {"title": "names people and contracts", "body": "names people and contracts"},
    "user_sessions": {"address": "where somebody was", "user_agent": "what he used"},
}
# Columns that are told as SHA-256. Whatever is longer than two kilobytes is as well.
SECRET = {
    "users": ["password_hash"],
    "user_sessions": ["token_id_hash"],
    "service_clients": ["secret_hash", "previous_secret_hash"],
    "account_letters": ["token_hash", "password_hash"],
    "authenticators": ["secret", "nonce"],
    "passkeys": ["credential_id", "credential"],
    "recovery_codes": ["code_hash"],
    "model_credentials": ["ciphertext", "nonce"],
    "webhooks": ["challenge"],
    "webhook_secrets": ["ciphertext", "nonce"],
    "contract_pages": ["text", "words"],
}
TRIGGERS = {
    "audit_watch_insert": "INSERT ON {table} REFERENCING NEW TABLE AS new_rows",
    "audit_watch_update": "UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "audit_watch_delete": "DELETE ON {table} REFERENCING OLD TABLE AS old_rows",
    "audit_watch_truncate": "TRUNCATE ON {table}",
}
_TABLES = """
    SELECT c.relname, array_agg(a.attname ORDER BY a.attname)
    FROM pg_class c
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    GROUP BY c.relname
"""
_STANDING = """
    SELECT tgrelid::regclass::text, tgname, encode(tgargs, 'escape') FROM pg_trigger
    WHERE tgname = ANY(%s) AND NOT tgisinternal AND tgenabled <> 'D'
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """One table and what its triggers are given."""

    table: str
    key: str
    silent: tuple[str, ...]
    secret: tuple[str, ...]

    @property
    def arguments(self) -> tuple[str, str, str]:
        """As the triggers get them: a column, and two arrays."""
        return self.key, f"{{{','.join(self.silent)}}}", f"{{{','.join(self.secret)}}}"


def silent_columns(table: str) -> list[str]:
    """Columns whose changes are not told, in their order here."""
    return list({**SILENT["*"], **SILENT.get(table, {}), **PERSONAL.get(table, {})})


def watched() -> list[Watched]:
    """The tables of the database that are to be watched.

    Raises:
        ValueError: one has a primary key of more or fewer columns than one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = {name: keys for name, keys in cursor.fetchall() if name not in EXEMPT}
    for name, keys in tables.items():
        if len(keys) != 1 or keys[0] is None:
            raise ValueError(f"{name} cannot be watched: its rows have no single key. Give it one, or exempt it.")
    return [
        Watched(name, keys[0], tuple(silent_columns(name)), tuple(SECRET.get(name, ())))
        for name, keys in sorted(tables.items())
    ]


def unwatched() -> list[str]:
    """Tables without one of their triggers, or with one that is switched off or told otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [list(TRIGGERS)])
        standing = {(table, trigger): arguments for table, trigger, arguments in cursor.fetchall()}
    return [
        each.table
        for each in watched()
        if any(standing.get((each.table, trigger)) != _as_kept(each) for trigger in TRIGGERS)
    ]


def watch_tables() -> list[str]:
    """Put the triggers on the tables that lack them. Returns which those were."""
    lacking = set(unwatched())
    with connection.cursor() as cursor:
        for each in watched():
            if each.table in lacking:
                table = connection.ops.quote_name(each.table)
                given = ", ".join(f"'{argument}'" for argument in each.arguments)
                for trigger, event in TRIGGERS.items():
                    cursor.execute(
                        f"CREATE OR REPLACE TRIGGER {trigger} AFTER {event.format(table=table)} "
                        f"FOR EACH STATEMENT EXECUTE FUNCTION public.audit_watch({given})"
                    )
                    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
    return sorted(lacking)


def _as_kept(each: Watched) -> str:
    """A trigger's arguments as PostgreSQL keeps them: each ended by a zero byte."""
    return "".join(f"{argument}\\000" for argument in each.arguments)
