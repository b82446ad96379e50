"""Who may do what with contracts' rows and what hangs on them. See `config.database.row_security`.

`PilotContract.objects.visible_to` says the same of contracts to Django, a test holds the two against one another. What hangs
on a contract is seen by whom the contract is seen: the subselects below are narrowed by its own policies.
"""

from accounts.row_security import ADMINISTRATOR, ASKS, CLIENT, PERSON, REVIEWED, SERVED
from config.database.row_security import Policies
from contracts.lifecycle import PUBLISHED
from pilots.row_security import FLOWN

_PUBLISHED = "status IN (" + ", ".join(f"'{status.value}'" for status in sorted(PUBLISHED)) + ")"


def _contract(table: str, condition: str = "true") -> str:
    """That the row's contract is seen, and `condition` of it (as `c`)."""
    return f"EXISTS (SELECT FROM pilot_contracts c WHERE c.id = {table}.contract_id AND {condition})"


# Whose work a contract is, and who may decide on it.
_WORKS = f"(c.uploaded_by_id = {PERSON} OR c.airline_id = {REVIEWED} OR {ADMINISTRATOR})"
_DECIDES = f"(c.airline_id = {REVIEWED} OR {ADMINISTRATOR})"


def _part(
    table: str, *, seen_by: str = "true", changed_by: str = _WORKS, also: str = "true", always: str = "true"
) -> Policies:
    """Part of a contract. What is new of it meets `also` besides, and `always` is met by what is changed as well."""
    write = _contract(table, changed_by)
    return Policies(
        select=_contract(table, seen_by),
        insert=f"{write} AND {also} AND {always}",
        update=write,
        changed=f"{write} AND {always}",
        delete=write,
    )


def _through(table: str, column: str, of: str, *, writes: bool = True) -> Policies:
    """Seen, and with `writes` changed, with the row of another table that it hangs on."""
    seen = f"EXISTS (SELECT FROM {of} o WHERE o.id = {table}.{column})"
    return Policies(seen, seen, seen, "", seen) if writes else Policies(seen)


def _worked_through(table: str, column: str, of: str, also: str = "true") -> Policies:
    """Seen with the row that it hangs on; written by those whose work that row's contract is."""
    joined = f"FROM {of} o JOIN pilot_contracts c ON c.id = o.contract_id WHERE o.id = {table}.{column}"
    write = f"EXISTS (SELECT {joined} AND {_WORKS})"
    return Policies(
        select=f"EXISTS (SELECT FROM {of} o WHERE o.id = {table}.{column})",
        insert=f"{write} AND {also}",
        update=write,
        delete=write,
    )


def _airlines(select: str) -> Policies:
    return Policies(
        select=f"{ADMINISTRATOR} OR {select}", insert=ADMINISTRATOR, update=ADMINISTRATOR, delete=ADMINISTRATOR
    )


_OWN_PILOT = "(SELECT door_pilot())"
# What a webhook tells is sent without looking again at who may see it.
_DELIVERED = "EXISTS (SELECT FROM webhooks o WHERE o.id = webhook_deliveries.webhook_id)"
_TELLS = f"""{_DELIVERED} AND (webhook_deliveries.change_id IS NULL
    OR EXISTS (SELECT FROM changes o WHERE o.id = webhook_deliveries.change_id))"""
PROTECTED = {
    "pilot_contracts": Policies(
        select=f"""uploaded_by_id = {PERSON} OR (airline_id = {FLOWN} AND {_PUBLISHED})
            OR (airline_id = {REVIEWED} AND status <> 'draft') OR (airline_id = {SERVED} AND {_PUBLISHED}) OR {ADMINISTRATOR}""",
        insert=f"uploaded_by_id = {PERSON} AND (airline_id = {FLOWN} OR airline_id = {REVIEWED} OR {ADMINISTRATOR})",
        update=f"uploaded_by_id = {PERSON} OR airline_id = {REVIEWED} OR {ADMINISTRATOR}",
        # Nobody moves a contract to another airline or makes it another's upload.
        changed=f"""(uploaded_by_id = {PERSON} OR airline_id = {REVIEWED} OR {ADMINISTRATOR})
            AND door_contract_stays(id, airline_id, uploaded_by_id)""",
        delete=f"uploaded_by_id = {PERSON} AND status = 'draft'",
    ),
    **{
        table: _part(table)
        for table in (
            "contract_pages",
            "contract_rules",
            "contract_definitions",
            "contract_references",
            "extraction_runs",
            "contract_revisions",
            "review_rounds",
        )
    },
    "contract_decisions": _part(
        "contract_decisions", also=f"decided_by_id = {PERSON} AND {_contract('contract_decisions', _DECIDES)}"
    ),
    "review_comments": _part("review_comments", seen_by=_WORKS, also=f"author_id = {PERSON}"),
    "rule_actions": _part("rule_actions", seen_by=_WORKS, also=f"actor_id = {PERSON}"),
    "activation_plans": _part("activation_plans", changed_by=_DECIDES),
    "contract_activations": _part("contract_activations", changed_by=_DECIDES),
    "activation_effects": _part(
        "activation_effects",
        changed_by=_DECIDES,
        always="EXISTS (SELECT FROM contract_activations o WHERE o.id = activation_effects.activation_id)",
    ),
    "rule_corrections": _worked_through(
        "rule_corrections", "rule_id", "contract_rules", also=f"corrected_by_id = {PERSON}"
    ),
    "contract_revision_occasions": _worked_through("contract_revision_occasions", "revision_id", "contract_revisions"),
    "review_round_steps": _worked_through("review_round_steps", "round_id", "review_rounds"),
    "review_reminders": _worked_through("review_reminders", "round_id", "review_rounds"),
    "contract_rule_search": _through("contract_rule_search", "rule_id", "contract_rules", writes=False),
    "contract_page_search": _through("contract_page_search", "page_id", "contract_pages", writes=False),
    # Pilots' words on contracts.
    "contract_improvements": Policies(
        select=_contract("contract_improvements"),
        insert=f"author_id = {PERSON} AND {_contract('contract_improvements')}",
        update=f"author_id = {PERSON} OR {_contract('contract_improvements', _DECIDES)}",
        changed=_contract("contract_improvements", f"(contract_improvements.author_id = {PERSON} OR {_DECIDES})"),
    ),
    "contract_reviews": Policies(
        select=f"author_id = {PERSON} OR {_contract('contract_reviews')}",
        insert=f"author_id = {PERSON} AND {_contract('contract_reviews')}",
        update=f"author_id = {PERSON} OR {_contract('contract_reviews', _DECIDES)}",
        changed=_contract("contract_reviews", f"(contract_reviews.author_id = {PERSON} OR {_DECIDES})"),
        delete=f"author_id = {PERSON}",
    ),
    "contract_review_votes": Policies(
        select="EXISTS (SELECT FROM contract_reviews o WHERE o.id = contract_review_votes.review_id)",
        insert=f"""voter_id = {PERSON} AND EXISTS
            (SELECT FROM contract_reviews o WHERE o.id = contract_review_votes.review_id)""",
        delete=f"voter_id = {PERSON}",
    ),
    "contract_review_flags": Policies(
        select=f"flagged_by_id = {PERSON} OR {ADMINISTRATOR}",
        insert=f"""flagged_by_id = {PERSON} AND EXISTS
            (SELECT FROM contract_reviews o WHERE o.id = contract_review_flags.review_id)""",
        update=ADMINISTRATOR,
    ),
    "contract_usage_daily": Policies(select=_contract("contract_usage_daily")),
    # What a pilot is bound by is his own affair, and that of the programs that serve him.
    "pilot_contract_assignments": Policies(
        select=f"""pilot_id = {_OWN_PILOT} OR {ADMINISTRATOR}
            OR EXISTS (SELECT FROM pilots p WHERE p.id = pilot_contract_assignments.pilot_id)""",
        insert=f"(pilot_id = {_OWN_PILOT} AND {_contract('pilot_contract_assignments')}) OR {ADMINISTRATOR}",
        update=f"pilot_id = {_OWN_PILOT} OR {ADMINISTRATOR}",
        changed=f"(pilot_id = {_OWN_PILOT} AND contract_id = door_assigned(id)) OR {ADMINISTRATOR}",
    ),
    "changes": Policies(
        select=f"""airline_id IS NULL OR airline_id = {SERVED} OR pilot_id = {_OWN_PILOT} OR {ADMINISTRATOR}
            OR (pilot_id IS NULL AND (airline_id = {FLOWN} OR airline_id = {REVIEWED}))"""
    ),
    # An airline's own ways.
    "review_groups": _airlines(f"airline_id = {REVIEWED} OR airline_id = {FLOWN}"),
    "review_steps": _airlines(f"airline_id = {REVIEWED} OR airline_id = {FLOWN}"),
    "review_group_members": _airlines(f"""user_id = {PERSON} OR EXISTS
        (SELECT FROM review_groups g WHERE g.id = review_group_members.reviewgroup_id AND g.airline_id = {REVIEWED})"""),
    "review_delegations": Policies(
        select=f"delegator_id = {PERSON} OR delegate_id = {PERSON} OR {ADMINISTRATOR}",
        # To somebody who reviews there too: whoever stands in for one is known to one.
        insert=f"""{ADMINISTRATOR} OR (delegator_id = {PERSON} AND EXISTS (SELECT FROM airline_grants g
            WHERE g.user_id = review_delegations.delegate_id AND g.content_object_id = {REVIEWED}))""",
        update=f"delegator_id = {PERSON} OR delegate_id = {PERSON} OR {ADMINISTRATOR}",
        changed=f"{ADMINISTRATOR} OR door_delegation_stays(id, delegator_id, delegate_id)",
    ),
    "extraction_metrics_daily": Policies(select=f"airline_id = {REVIEWED} OR {ADMINISTRATOR}"),
    # Language models' keys, and what became of asking.
    "model_credentials": Policies(
        *(f"user_id = {PERSON} OR {ADMINISTRATOR}",) * 3, "", f"user_id = {PERSON} OR {ADMINISTRATOR}"
    ),
    "model_runs": _through("model_runs", "extraction_run_id", "extraction_runs", writes=False),
    # Webhooks are their client's.
    "webhooks": Policies(
        *(f"client_id = {CLIENT} OR {ADMINISTRATOR}",) * 3, "", f"client_id = {CLIENT} OR {ADMINISTRATOR}"
    ),
    "webhook_secrets": _through("webhook_secrets", "webhook_id", "webhooks"),
    "webhook_deliveries": Policies(_DELIVERED, _TELLS, _DELIVERED, _TELLS, _DELIVERED),
    "webhook_attempts": _through("webhook_attempts", "delivery_id", "webhook_deliveries"),
    "published_compressions": Policies(),
}
_PUBLISHED_TO = f"""(SELECT door_is_product()) OR airline_id = {FLOWN} OR airline_id = {REVIEWED} OR airline_id = {SERVED}
    OR {ADMINISTRATOR} OR contract_id IN (SELECT id FROM pilot_contracts WHERE uploaded_by_id = {PERSON})"""
_MEASURED_FOR = f"(SELECT door_is_product()) OR airline_id = {REVIEWED} OR {ADMINISTRATOR}"
VIEWS = {
    "published_contracts": f"SELECT * FROM published_contracts_stored WHERE {_PUBLISHED_TO}",
    "published_regulations": "SELECT * FROM published_regulations_stored",
    "extraction_accuracy": f"SELECT * FROM extraction_accuracy_stored WHERE {_MEASURED_FOR}",
    "extraction_calibration": f"SELECT * FROM extraction_calibration_stored WHERE {_MEASURED_FOR}",
    "extraction_outcomes": "",
    "written_contracts": "",
    "written_regulations": "",
}


def _search(function: str, entries: str, column: str, table: str) -> str:
    """What `config.search` finds rows by: the owner's function may use the index of words, which policies bar others from."""
    seen = f"SELECT id FROM pilot_contracts WHERE (SELECT door_is_product()) OR {PROTECTED['pilot_contracts'].select}"
    return f"""CREATE OR REPLACE FUNCTION {function}(asked tsquery) RETURNS SETOF uuid {ASKS} AS $$
        BEGIN RETURN QUERY SELECT e.{column} FROM {entries} e JOIN {table} r ON r.id = e.{column}
            WHERE e.vector @@ asked AND r.contract_id IN ({seen});
        END $$"""


# Who has had to do with contracts, by table. `seen` are the contracts' ids.
_ACTED = {
    "contract_decisions": ("decided_by_id", "on_behalf_of_id"),
    "review_comments": ("author_id",),
    "contract_rules": ("decided_by_id", "added_by_id"),
    "rule_actions": ("actor_id",),
    "contract_improvements": ("author_id", "decided_by_id"),
    "contract_reviews": ("author_id", "hidden_by_id"),
    "activation_plans": ("planned_by_id", "ended_by_id"),
    "contract_activations": ("activated_by_id", "undone_by_id"),
}


def _people(columns: tuple[str, ...], rows: str) -> str:
    """Those named in the columns; each once, since a contract's hundreds of rules name a few."""
    return "\n".join(
        f"UNION ALL SELECT DISTINCT t.{column} FROM {rows} AND t.{column} IS NOT NULL" for column in columns
    )


_MET = "\n".join(
    (
        _people(
            ("uploaded_by_id", "submitted_by_id", "approved_by_id", "claimed_by_id"),
            "pilot_contracts t WHERE t.id = ANY(seen)",
        ),
        *(_people(columns, f"{table} t WHERE t.contract_id = ANY(seen)") for table, columns in _ACTED.items()),
        _people(
            ("corrected_by_id", "proposed_by_id"),
            "rule_corrections t JOIN contract_rules r ON r.id = t.rule_id WHERE r.contract_id = ANY(seen)",
        ),
    )
)


FUNCTIONS = [
    _search("search_contract_rules", "contract_rule_search", "rule_id", "contract_rules"),
    _search("search_contract_pages", "contract_page_search", "page_id", "contract_pages"),
    f"""CREATE OR REPLACE FUNCTION door_pilot() RETURNS uuid {ASKS} AS $$
        BEGIN RETURN (SELECT p.id FROM pilots p JOIN users u ON u.id = p.user_id
                      WHERE u.id = door_person() AND u.is_active); END $$""",
    f"""CREATE OR REPLACE FUNCTION door_contract_stays(asked uuid, airline uuid, uploader uuid) RETURNS boolean {ASKS} AS $$
        BEGIN RETURN EXISTS (SELECT FROM pilot_contracts c
            WHERE c.id = asked AND c.airline_id = airline AND c.uploaded_by_id = uploader); END $$""",
    f"""CREATE OR REPLACE FUNCTION door_delegation_stays(asked uuid, delegator uuid, delegate uuid) RETURNS boolean {ASKS} AS $$
        BEGIN RETURN EXISTS (SELECT FROM review_delegations d WHERE d.id = asked AND d.delegator_id = delegator
            AND d.delegate_id = delegate AND door_person() IN (delegator, delegate)); END $$""",
    # What one of the pilot's own assignments binds him to, also where he sees that contract no more.
    f"""CREATE OR REPLACE FUNCTION door_assigned(asked uuid) RETURNS uuid {ASKS} AS $$
        BEGIN RETURN (SELECT a.contract_id FROM pilot_contract_assignments a
                      WHERE a.id = asked AND a.pilot_id = door_pilot()); END $$""",
    # Whose names one meets: administrators, reviewers of one's airlines, whoever stands in for one or the other way round, and
    # who has had to do with contracts that one sees. All at once, so that a statement asks once, however it is planned.
    f"""CREATE OR REPLACE FUNCTION door_acquaintances() RETURNS SETOF uuid {ASKS} ROWS 200 AS $$
        DECLARE
            asks uuid := door_person();
            theirs uuid[] := array_append(door_reviews(), door_flies_for());
            seen uuid[];
        BEGIN
            IF NOT EXISTS (SELECT FROM users u WHERE u.id = asks AND u.is_active) THEN
                RETURN;
            END IF;
            seen := ARRAY(SELECT c.id FROM pilot_contracts c WHERE c.airline_id = ANY(theirs) OR c.uploaded_by_id = asks);
            RETURN QUERY SELECT DISTINCT met.person FROM (
                SELECT u.id FROM users u WHERE u.role = 'administrator'
                UNION ALL SELECT g.user_id FROM airline_grants g WHERE g.content_object_id = ANY(theirs)
                UNION ALL SELECT CASE asks WHEN d.delegator_id THEN d.delegate_id ELSE d.delegator_id END
                    FROM review_delegations d WHERE asks IN (d.delegator_id, d.delegate_id)
                {_MET}
            ) AS met (person);
        END $$""",
]
