"""The migration of activations goes both ways, over contracts that are in force."""

import pytest
from django.core.management import call_command
from django.db import connection

from contracts.lifecycle import Status
from contracts.models import ContractActivation, PilotContract
from contracts.services import lifecycle
from tests.factories import ContractFactory, reviewer_of

BEFORE = {"contracts": "0015_revisions_are_not_measured_again", "accounts": "0003_terms_of_reviews"}


@pytest.mark.xdist_group("migrations")
def test_what_was_in_force_stays_so_and_can_be_followed_afterwards(migrated_again: None) -> None:
    old = ContractFactory.create(active=True, rules=1)
    new = ContractFactory.create(approved=True, rules=1, airline=old.airline)
    reviewer = reviewer_of(old.airline)

    for app, name in BEFORE.items():
        call_command("migrate", app, name, verbosity=0)
    tables = connection.introspection.table_names()
    call_command("migrate", verbosity=0)

    assert not {"activation_plans", "contract_activations", "activation_effects"} & set(tables)
    lifecycle.contract_activate(actor=reviewer, contract_id=new.pk)
    statuses = dict(PilotContract.objects.values_list("pk", "status"))
    assert statuses == {old.pk: Status.SUPERSEDED, new.pk: Status.ACTIVE}
    assert list(ContractActivation.objects.values_list("contract", flat=True)) == [new.pk]
