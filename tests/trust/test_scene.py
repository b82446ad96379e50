"""The scene that the policies are tried on leaves out no table."""

import pytest
from django.db import connection

from config.database.row_security import declared
from tests.owner import owning
from tests.trust.scene import SHARED, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.untold]


def test_every_protected_table_has_a_row_on_each_side(scene: Scene) -> None:
    missing = {
        letter: sorted(set(declared().protected) - set(SHARED) - set(side.keys)) for letter, side in scene.sides.items()
    }
    assert missing == {"A": [], "B": []}


def test_every_table_that_is_nobodys_has_a_row(scene: Scene) -> None:
    with owning(), connection.cursor() as cursor:
        for table in SHARED:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
            assert cursor.fetchone() == (True,), table
