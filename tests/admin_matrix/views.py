"""The addresses that are no model's page: the site's own, and the deeds of the desk."""

from typing import Any

from contracts.models import PilotContract
from tests.admin_matrix.lines import ADMINISTRATOR, EVERYBODY, Line, Told
from tests.api.world import World

# Who reviews at the first airline, who at the other; administrators see all and decide nothing.
REVIEWS: Told = (200, 200, 404, 200)
LED_BACK: Told = (302, 302, 404, 302)
NOT_HERE: Told = (404, 404, 404, 404)
REASON = {"reason": "Because."}


def _contract(name: str, thing: str, asked: Told, **at: Any) -> Line:
    return Line(name, "get", asked, {"contract_id": thing, **at})


def _deed(name: str, thing: str, told: Told, body: dict[str, Any] | None = None, **at: Any) -> Line:
    """Posted, with the version that the page showed."""

    def given(world: World) -> dict[str, Any]:
        return {"version": PilotContract.objects.get(pk=world.things[thing].pk).version, **(body or {})}

    return Line(name, "post", told, {"contract_id": thing, **at}, body=given)


SITE = [
    Line("index", "get", EVERYBODY),
    Line("search", "get", EVERYBODY, query="?s=HOM"),
    # No model offers itself to be completed.
    Line("autocomplete", "get", (403, 403, 403, 403), query="?app_label=accounts&model_name=user&field_name=id&term=a"),
    Line("jsi18n", "get", EVERYBODY),
    Line("password_change", "get", (302, 302, 302, 302)),
    Line("password_change", "post", (302, 302, 302, 302), body={"old_password": "wrong"}),
    Line("password_change_done", "get", EVERYBODY),
    Line("login", "get", (302, 302, 302, 302), outside=200),
    Line("login", "post", EVERYBODY, outside=200),
    Line("logout", "post", (302, 302, 302, 302), outside_to="index"),
    Line("view_on_site", "get", NOT_HERE, {"content_type_id": "1", "object_id": "x"}),
    *(Line("app_list", "get", (404, 404, 404, 200), {"app_label": app}) for app in ("accounts", "audit", "pilots")),
    *(Line("app_list", "get", EVERYBODY, {"app_label": app}) for app in ("contracts", "regulations")),
]
DASHBOARD = [
    Line("contracts_dashboard", "get", EVERYBODY),
    Line("contracts_dashboard_csv", "get", EVERYBODY, {"slug": "airlines"}),
    Line("contracts_dashboard_csv", "get", ADMINISTRATOR, {"slug": "workload"}),
    Line("contracts_dashboard_csv", "get", NOT_HERE, {"slug": "nothing"}),
]
LOOKED_AT = [
    line
    for thing, seen, back in (
        ("in review", REVIEWS, LED_BACK),
        ("own in review", REVIEWS, LED_BACK),
        ("active", REVIEWS, LED_BACK),
        ("active elsewhere", (404, 404, 200, 200), (404, 404, 302, 302)),
    )
    for line in (
        _contract("contracts_review", thing, seen),
        _contract("contracts_record", thing, seen),
        _contract("contracts_activation", thing, seen),
        _contract("contracts_page_words", thing, seen, number=1),
        _contract("contracts_presence", thing, seen, rule_id="rule"),
        # Deeds are done by POST alone.
        _contract("contracts_rule_decide", thing, back, rule_id="rule", decision="accept"),
        _contract("contracts_deed", thing, back, deed="accept"),
        _contract("contracts_act", thing, back, action="retire"),
        _contract("contracts_activation_act", thing, back, what="now"),
        _contract("contracts_claim", thing, back, action="claim"),
        _contract("contracts_evidence", thing, back),
        _contract("contracts_comment", thing, back),
    )
]
# Of one contract alone the original lies in the store.
PICTURES = [
    _contract("contracts_page_picture", "active", REVIEWS, number=1),
    _contract("contracts_page_picture", "in review", NOT_HERE, number=1),
]
DEEDS = [
    _deed("contracts_presence", "in review", REVIEWS, rule_id="rule"),
    Line(
        "contracts_rule_decide",
        "post",
        (302, 302, 404, 403),
        {"contract_id": "in review", "rule_id": "rule", "decision": "accept"},
        body={"version": 1},
    ),
    # Nobody decides on what he uploaded.
    Line(
        "contracts_rule_decide",
        "post",
        (302, 403, 404, 403),
        {"contract_id": "own in review", "rule_id": "rule", "decision": "accept"},
        body={"version": 1},
    ),
    _deed("contracts_deed", "in review", (422, 422, 404, 403), deed="accept"),
    _deed("contracts_deed", "own in review", (422, 403, 404, 403), deed="accept"),
    _deed("contracts_act", "in review", (302, 302, 404, 403), REASON, action="request_changes"),
    _deed("contracts_act", "own in review", (302, 403, 404, 403), REASON, action="request_changes"),
    _deed("contracts_act", "active", (302, 302, 404, 403), REASON, action="retire"),
    _deed("contracts_act", "active elsewhere", (404, 404, 302, 403), REASON, action="retire"),
    _deed("contracts_activation_act", "approved", (302, 403, 404, 403), REASON, what="now"),
    _deed("contracts_claim", "in review", (302, 302, 404, 403), action="claim"),
    _deed("contracts_claim", "own in review", (302, 403, 404, 403), action="claim"),
    _deed("contracts_comment", "in review", (302, 302, 404, 403), {"body": "Said."}),
    # `tests/contracts/test_evidence.py` has what the administrator gets: it needs transactions of its own.
    _deed("contracts_evidence", "active", (403, 403, 404, 0)),
]
OTHERS = [
    Line("accounts_reset_factors", "get", (403, 403, 403, 302), {"user_id": "person"}),
    Line("accounts_reset_factors", "post", (403, 403, 403, 302), {"user_id": "person"}),
    Line("accounts_password_link", "get", (403, 403, 403, 302), {"user_id": "person"}),
    Line("accounts_password_link", "post", (403, 403, 403, 302), {"user_id": "person"}),
    Line("accounts_end_sign_ins", "get", (403, 403, 403, 302), {"user_id": "person"}),
    Line("accounts_end_sign_ins", "post", (403, 403, 403, 302), {"user_id": "person"}, body=REASON),
    Line("accounts_end_all_sign_ins", "get", ADMINISTRATOR),
    Line("accounts_end_all_sign_ins", "post", (403, 403, 403, 302), body=REASON),
    Line("accounts_erasure", "get", (403, 403, 403, 302), {"user_id": "person"}),
    Line("accounts_erasure", "post", (403, 403, 403, 302), {"user_id": "person"}, body=REASON),
    Line("accounts_renew_secret", "get", (404, 404, 404, 302), {"client_id": "client"}),
    Line("accounts_renew_secret", "post", (404, 404, 404, 200), {"client_id": "client"}),
    Line("contracts_end_delegation", "get", (302, 404, 404, 302), {"delegation_id": "delegation"}),
    Line("contracts_end_delegation", "post", (302, 404, 404, 302), {"delegation_id": "delegation"}),
    *(
        Line(f"contracts_improvement_{what}", method, told, {"improvement_id": "open improvement"}, body=REASON)
        for what in ("apply", "decline")
        for method, told in (("get", LED_BACK), ("post", (302, 302, 404, 403)))
    ),
    *(
        Line(f"contracts_review_{what}", method, (404, 404, 404, 302), {"review_id": thing}, body=REASON)
        for what, thing in (("hide", "rating"), ("keep", "rating"), ("restore", "hidden rating"))
        for method in ("get", "post")
    ),
]
VIEWS = [*SITE, *DASHBOARD, *LOOKED_AT, *PICTURES, *DEEDS, *OTHERS]
