"""The pages of every model. Approvers of another airline find what is not theirs to see led away from, or not there."""

from tests.admin_matrix.lines import ADMINISTRATOR, EVERYBODY, Pages, Told

# Who may not see a row is led away from its history, as where there is none.
HIDDEN: Told = (302, 302, 302, 200)
HIDDEN_ELSEWHERE: Told = (403, 403, 302, 200)

PAGES = [
    Pages("audit.auditentry", "entry", history=HIDDEN),
    Pages("audit.rowchange", "row change", history=HIDDEN),
    Pages("audit.securityevent", "security event", history=HIDDEN),
    Pages("accounts.airline", "home", add=ADMINISTRATOR, change=ADMINISTRATOR),
    Pages("accounts.user", "person", add=ADMINISTRATOR, change=ADMINISTRATOR, history=HIDDEN_ELSEWHERE),
    Pages("accounts.serviceclient", "client", add=ADMINISTRATOR, change=ADMINISTRATOR, history=HIDDEN),
    Pages("pilots.pilot", "pilot", history=HIDDEN),
    # The law is everybody's to read and nobody's to change.
    Pages("regulations.regulatoryrule", "law", listed=EVERYBODY, look=EVERYBODY),
    Pages("regulations.regulatorytablerow", "table row", listed=EVERYBODY, look=EVERYBODY),
    # A day's row has no page: it leads back to the list.
    Pages(
        "contracts.extractionmetricsday",
        "metrics day",
        listed=EVERYBODY,
        look=(302, 302, 302, 302),
        change=(302, 302, 302, 302),
        history=(200, 200, 302, 200),
    ),
    # A contract's page is its review, to which this one leads.
    Pages(
        "contracts.pilotcontract",
        "in review",
        listed=EVERYBODY,
        look=(302, 302, 404, 302),
        change=(302, 302, 404, 302),
        history=(200, 200, 404, 200),
    ),
    Pages(
        "contracts.reviewdelegation",
        "delegation",
        listed=EVERYBODY,
        look=(200, 302, 302, 200),
        add=EVERYBODY,
        history=(200, 302, 302, 200),
    ),
    Pages(
        "contracts.contractimprovement",
        "open improvement",
        listed=EVERYBODY,
        look=(200, 200, 404, 200),
        change=(200, 200, 404, 200),
        history=(200, 200, 302, 200),
    ),
    Pages("contracts.modelcredential", "key", add=ADMINISTRATOR, change=ADMINISTRATOR, history=HIDDEN),
    Pages("contracts.modelrun", "model run", history=HIDDEN_ELSEWHERE),
    Pages(
        "contracts.contractreview",
        "rating",
        look=(404, 404, 404, 200),
        change=(404, 404, 404, 200),
        history=HIDDEN_ELSEWHERE,
    ),
    Pages("contracts.contractusageday", "usage day", history=HIDDEN_ELSEWHERE),
    Pages("contracts.extractionrun", "reading", history=HIDDEN_ELSEWHERE),
    Pages("contracts.rulecorrection", "correction", history=HIDDEN_ELSEWHERE),
    Pages("contracts.reviewgroup", "group", add=ADMINISTRATOR, change=ADMINISTRATOR, history=HIDDEN_ELSEWHERE),
    Pages(
        "contracts.reviewstep",
        "step",
        add=ADMINISTRATOR,
        change=ADMINISTRATOR,
        delete=ADMINISTRATOR,
        deleted=(403, 403, 403, 302),
        history=(302, 302, 403, 200),  # the step is the other airline's
    ),
    Pages("contracts.change", "change", history=HIDDEN),
    Pages("contracts.webhook", "webhook", history=HIDDEN),
    Pages("contracts.webhookdelivery", "delivery", history=HIDDEN),
]
