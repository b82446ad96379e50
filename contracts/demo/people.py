"""Cascadia Air's people and program, made through the same services as real ones."""

import json
import os
from pathlib import Path

from django.conf import settings

from accounts.consents.documents import current_texts
from accounts.consents.services import consents_give
from accounts.models import Airline, Role, Scope, ServiceClient, User
from accounts.services.clients import client_create, client_secret_renew
from accounts.services.people import airline_create, grant_add, user_create
from pilots.models import Pilot, Seat
from pilots.services import pilot_create

PASSWORD = "demo-pass-117"  # noqa: S105 - the demo's, printed by `make run`
AIRLINE_CODE = "CSC"
ADMINISTRATOR = "admin@demo.test"
PEOPLE = {
    "pilot@demo.test": ("Robin Calloway", Role.PILOT),
    "second.pilot@demo.test": ("Sasha Lindqvist", Role.PILOT),
    "approver@demo.test": ("Morgan Achterberg", Role.APPROVER),
    "second.approver@demo.test": ("Jules Okonedo", Role.APPROVER),
}
PILOT_IDS = {"pilot@demo.test": "CSC-1042", "second.pilot@demo.test": "CSC-0317"}
PILOT_DETAILS: dict[str, dict[str, object]] = {
    "pilot@demo.test": {"base": "SEA", "seat": Seat.FIRST_OFFICER, "equipment": ["B737"]},
    "second.pilot@demo.test": {"base": "PDX", "seat": Seat.CAPTAIN, "equipment": ["B737", "E175"]},
}
CLIENT_NAME = "VectorBid (demo)"


def people_load() -> dict[str, User]:
    """The airline, its people with their grants, and VectorBid's client. What is there already is left as it is."""
    administrator = User.objects.filter(email=ADMINISTRATOR).first() or User.objects.create_superuser(
        email=ADMINISTRATOR, password=PASSWORD, full_name="Demo Administrator"
    )
    airline = Airline.objects.filter(code=AIRLINE_CODE).first() or airline_create(
        actor=administrator,
        fields={"code": AIRLINE_CODE, "name": "Cascadia Air", "time_zone": "America/Los_Angeles"},
    )
    people = {ADMINISTRATOR: administrator}
    for email, (name, role) in PEOPLE.items():
        people[email] = User.objects.filter(email=email).first() or user_create(
            actor=administrator, email=email, password=PASSWORD, full_name=name, role=role
        )
        if role == Role.APPROVER:
            grant_add(actor=administrator, user=people[email], airline=airline)
    for email, pilot_id in PILOT_IDS.items():
        if not Pilot.objects.filter(user=people[email]).exists():
            pilot_create(
                actor=administrator,
                user=people[email],
                airline=airline,
                pilot_id=pilot_id,
                details=PILOT_DETAILS[email],
            )
    for person in people.values():
        consents_give(actor=person, shown=[text.sha256 for text in current_texts()])
    _client_load(administrator, airline)
    return people


def client_file() -> Path:
    """Where the demo client's id and secret lie, readable by their owner alone."""
    return Path(settings.VAR_DIR) / "secrets" / "demo-client.json"


def _client_load(administrator: User, airline: Airline) -> None:
    path = client_file()
    client = ServiceClient.objects.filter(name=CLIENT_NAME).first()
    if client is not None and path.exists():
        return
    if client is None:
        client, secret = client_create(actor=administrator, name=CLIENT_NAME, scopes=list(Scope), airlines=[airline])
    else:
        secret = client_secret_renew(actor=administrator, client=client)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"client_id": client.client_id, "client_secret": secret}, file)
