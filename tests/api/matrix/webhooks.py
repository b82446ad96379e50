"""The change feed and webhooks."""

from typing import Any

from tests.api.matrix.lines import Line, answers

FOLLOWERS = {"client", "changes client", "client elsewhere"}
OWN_WEBHOOK = {"webhook_id": "webhook"}
PUBLIC = "https://93.184.215.14/changes"


def _webhook(method: str, name: str, status: int, body: Any = None, **more: Any) -> Line:
    """A client's own is not there for any other; people and programs that may not follow manage none."""
    told = answers(403, {404: FOLLOWERS - {"client"}, status: {"client"}})
    at = {**OWN_WEBHOOK, **more}
    return Line(name, method, told, at, body=body)


LINES = [
    Line("change-list", "get", answers(200, {403: {"rules client", "validating client"}})),
    Line("webhook-list", "get", answers(403, {200: FOLLOWERS})),
    Line("webhook-list", "post", answers(403, {201: FOLLOWERS}), body={"url": PUBLIC}),
    _webhook("get", "webhook", 200),
    _webhook("patch", "webhook", 200, {"kinds": ["contract.retired"]}),
    _webhook("delete", "webhook", 204),
    _webhook("post", "webhook-ping", 202),
    _webhook("post", "webhook-secret", 201, {}),
    _webhook("post", "webhook-replay", 202, {}),
    _webhook("get", "webhook-deliveries", 200),
    _webhook("get", "webhook-attempts", 200, delivery_id="delivery"),
    _webhook("post", "webhook-delivery-replay", 202, delivery_id="delivery"),
]
