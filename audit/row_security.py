"""Who may see the trail and the security events: administrators. The trail is written by triggers and by the product."""

from config.database.row_security import Policies

_ADMINISTRATORS = Policies(select="(SELECT door_is_administrator())")

PROTECTED = {
    "audit_log": Policies(select="(SELECT door_is_administrator()) OR actor_id = (SELECT door_person())"),
    "row_changes": _ADMINISTRATORS,
    "audit_batches": _ADMINISTRATORS,
    "audit_chain": _ADMINISTRATORS,
    "audit_redactions": _ADMINISTRATORS,
    "security_events": Policies(select="(SELECT door_is_administrator())", update="(SELECT door_is_administrator())"),
    "security_alerts": Policies(),
}
# Appended to, and read: by grants as well as by triggers.
RIGHTS = dict.fromkeys(
    ("audit_log", "row_changes", "audit_batches", "audit_chain", "audit_redactions"), ("SELECT", "INSERT")
)
