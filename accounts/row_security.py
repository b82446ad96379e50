"""Who may do what with the rows of airlines, people, service clients and all that is theirs. See `config.database.row_security`."""

from config.database.row_security import KNOWN, Policies

ADMINISTRATOR = "(SELECT door_is_administrator())"
PERSON = "(SELECT door_person())"
CLIENT = "(SELECT door_client())"
# The airlines whose contracts a person may review, and those that a client serves; arrays, without null.
REVIEWED = "ANY ((SELECT door_reviews())::uuid[])"
SERVED = "ANY ((SELECT door_serves())::uuid[])"


def _own(column: str = "user_id") -> Policies:
    """A person's own rows, to do with as he likes."""
    mine = f"{column} = {PERSON}"
    return Policies(select=mine, insert=mine, update=mine, delete=mine)


def _administered(select: str) -> Policies:
    """Administrators write; who reads is said."""
    return Policies(
        select=f"{ADMINISTRATOR} OR ({select})", insert=ADMINISTRATOR, update=ADMINISTRATOR, delete=ADMINISTRATOR
    )


_CALLER = f"caller = coalesce({PERSON}, {CLIENT})"
PROTECTED = {
    # Which carriers there are everybody knows who is known.
    "airlines": _administered(KNOWN),
    "airline_grants": _administered(f"user_id = {PERSON} OR content_object_id = {REVIEWED}"),
    # Oneself, administrators, and those with whom one has to do; nobody gives himself another role or opens his closed account.
    "users": Policies(
        select=f"id = {PERSON} OR {ADMINISTRATOR} OR id IN (SELECT door_acquaintances())",
        insert=ADMINISTRATOR,
        update=f"id = {PERSON} OR {ADMINISTRATOR}",
        changed=f"{ADMINISTRATOR} OR (id = {PERSON} AND door_stays(role, is_active, is_superuser))",
    ),
    "users_groups": Policies(),
    "users_user_permissions": Policies(),
    "guardian_userobjectpermission": Policies(),
    "guardian_groupobjectpermission": Policies(),
    "user_sessions": _own(),
    "authenticators": _own(),
    "passkeys": _own(),
    "recovery_codes": _own(),
    "factor_failures": _own(),
    "email_changes": _own(),
    "account_letters": Policies(),
    "data_exports": Policies(select=f"user_id = {PERSON}", insert=f"user_id = {PERSON}"),
    "erasures": Policies(select=f"user_id = {PERSON} OR {ADMINISTRATOR}"),
    # Kept as they are: one's own, to read and to add to.
    "consents": Policies(select=f"person_id = {PERSON}", insert=f"person_id = {PERSON}"),
    "notifications": Policies(
        select=f"recipient_id = {PERSON}", update=f"recipient_id = {PERSON}", delete=f"recipient_id = {PERSON}"
    ),
    "notification_preferences": _own("person_id"),
    "service_clients": _administered(f"id = {CLIENT}"),
    "service_client_airlines": _administered(f"serviceclient_id = {CLIENT}"),
    "idempotency_keys": Policies(select=_CALLER, insert=_CALLER, update=_CALLER, delete=_CALLER),
    "axes_accessattempt": Policies(),
    "axes_accessattemptexpiration": Policies(),
    "axes_accessfailurelog": Policies(),
    "axes_accesslog": Policies(),
}

# An erasure takes address and browser out of consents; nothing else of them changes.
RIGHTS = {"consents": ("SELECT", "INSERT", "UPDATE")}

# Looks as the owner of the tables does, who sees all. Dear, so that what is cheap is asked first.
ASKS = "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp COST 10000"
FUNCTIONS = [
    f"""CREATE OR REPLACE FUNCTION door_stays(role text, is_active boolean, is_superuser boolean) RETURNS boolean {ASKS} AS $$
        BEGIN RETURN EXISTS (SELECT FROM users u WHERE u.id = door_person()
            AND (u.role, u.is_active, u.is_superuser) = (door_stays.role, door_stays.is_active, door_stays.is_superuser));
        END $$""",
    f"""CREATE OR REPLACE FUNCTION door_is_administrator() RETURNS boolean {ASKS} AS $$
        BEGIN RETURN EXISTS (SELECT FROM users WHERE id = door_person() AND is_active AND role = 'administrator'); END $$""",
    f"""CREATE OR REPLACE FUNCTION door_reviews() RETURNS uuid[] {ASKS} AS $$
        BEGIN RETURN ARRAY(SELECT g.content_object_id FROM airline_grants g
            JOIN users u ON u.id = g.user_id JOIN auth_permission p ON p.id = g.permission_id
            WHERE u.id = door_person() AND u.is_active AND u.role = 'approver' AND p.codename = 'review_contracts');
        END $$""",
    f"""CREATE OR REPLACE FUNCTION door_serves() RETURNS uuid[] {ASKS} AS $$
        BEGIN RETURN ARRAY(SELECT a.airline_id FROM service_client_airlines a JOIN service_clients c ON c.id = a.serviceclient_id
            WHERE c.id = door_client() AND c.is_active);
        END $$""",
]
