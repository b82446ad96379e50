"""Who may do what with pilots' rows. See `config.database.row_security`."""

from accounts.row_security import ADMINISTRATOR, ASKS, PERSON, SERVED
from config.database.row_security import Policies

# The airline that the person flies for; null for who is no pilot.
FLOWN = "(SELECT door_flies_for())"

PROTECTED = {
    # Nobody moves himself to another airline or takes another's number.
    "pilots": Policies(
        select=f"user_id = {PERSON} OR {ADMINISTRATOR} OR airline_id = {SERVED}",
        insert=ADMINISTRATOR,
        update=f"user_id = {PERSON} OR {ADMINISTRATOR}",
        changed=f"{ADMINISTRATOR} OR (user_id = {PERSON} AND airline_id = {FLOWN} AND pilot_id = (SELECT door_number()))",
        delete=ADMINISTRATOR,
    ),
}
FUNCTIONS = [
    f"""CREATE OR REPLACE FUNCTION door_flies_for() RETURNS uuid {ASKS} AS $$
        BEGIN RETURN (SELECT p.airline_id FROM pilots p JOIN users u ON u.id = p.user_id
                      WHERE u.id = door_person() AND u.is_active); END $$""",
    f"""CREATE OR REPLACE FUNCTION door_number() RETURNS text {ASKS} AS $$
        BEGIN RETURN (SELECT p.pilot_id FROM pilots p WHERE p.user_id = door_person()); END $$""",
]
