"""Whether policies bind the role that a process connects as. In production no process serves with one that they do not."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

# What the role of the session is, or may become by SET ROLE: `assume_role` and RESET ROLE change nothing here.
_UNBOUND = """
    SELECT session_user,
        EXISTS (SELECT FROM pg_roles WHERE rolsuper AND pg_has_role(session_user, oid, 'MEMBER')),
        EXISTS (SELECT FROM pg_roles WHERE rolbypassrls AND NOT rolsuper AND pg_has_role(session_user, oid, 'MEMBER')),
        EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('public') AND relkind IN ('r', 'p')
                AND pg_has_role(session_user, relowner, 'MEMBER'))
"""
_HOW = (
    "Name in DATABASE_URL a role that is none of this and owns nothing, and the owner in DATABASE_OWNER_URL, for `migrate` "
    "alone: docs/deployment.md has the SQL that makes both."
)


def require_bound(raw: Any) -> None:
    """Ask PostgreSQL, by an open connection of psycopg's, whether row-level security binds who is signed on.

    Raises:
        ImproperlyConfigured: it does not, because the role is a superuser, has BYPASSRLS, owns tables, or may become such a one.
    """
    role, superuser, passes_by, owns = raw.execute(_UNBOUND).fetchone()
    faults = {
        "is a superuser, or may become one": superuser,
        "passes by row-level security (BYPASSRLS), or may become a role that does": passes_by and not superuser,
        "owns tables of the product, or may become the role that does": owns and not superuser,
    }
    if any(faults.values()):
        what = "; ".join(fault for fault, found in faults.items() if found)
        raise ImproperlyConfigured(f"No policy would bind this process: the role {role} {what}. {_HOW}")
