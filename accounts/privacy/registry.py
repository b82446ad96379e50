"""What each app holds of people: how a copy shows it, how an erasure removes it. Apps register their share when they are ready."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q, QuerySet

if TYPE_CHECKING:
    from accounts.models import User

# Every table has these, and they are always shown.
ALWAYS_SHOWN = ("id", "created_at", "updated_at")

SECRET = "a secret, or a hash of one"  # noqa: S105 - a reason
OTHERS = "names or points to somebody else"
INTERNAL = "how the product keeps the row; it says nothing of the person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A table that holds something of people. Each of its columns is in `shown` or in `withheld`, there with the reason.

    `owners` are paths from a row to the account whose it is; a row of which several lead to him says by which. `personal` are the
    columns whose values leave the trail with him.
    """

    model: str
    owners: tuple[str, ...]
    shown: tuple[str, ...]
    withheld: Mapping[str, str] = field(default_factory=dict)
    personal: tuple[str, ...] = ()
    by_email: bool = False

    @property
    def table(self) -> type[Model]:
        """The model."""
        return apps.get_model(self.model)

    def rows(self, user: "User") -> QuerySet[Any]:
        """His rows."""
        his = Q(email__iexact=user.email) if self.by_email else Q()
        for owner in self.owners:
            his |= Q(**{owner: user.pk})
        key = self.table._meta.pk.attname
        return self.table._default_manager.filter(his).distinct().order_by(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """A file that a person gave us: its name in the copy, and where it lies."""

    name: str
    path: Path


def no_files(user: "User") -> Iterable[HeldFile]:
    """Of an app that keeps none."""
    return ()


def no_obstacles(user: "User") -> list[str]:
    """Of an app that holds nothing up."""
    return []


def no_erasing(user: "User", pseudonym: str) -> None:
    """Of an app whose rows tell nothing once the account does not."""


def no_stand_ins(user: "User") -> set[UUID]:
    """Of an app in which nobody acts for another."""
    return set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one app has to say.

    `passed_over` names columns that point to a person and are in no copy, as `app.Model.column`, with the reason. `texts` are columns of
    free text by model: an erased person's name gives way there, in the rows and in the trail alike. `obstacles` are sentences that say
    why a person cannot be erased now. `erase` runs in the erasure's transaction.
    """

    holdings: Sequence[Holding] = ()
    passed_over: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Callable[["User"], Iterable[HeldFile]] = no_files
    obstacles: Callable[["User"], list[str]] = no_obstacles
    erase: Callable[["User", str], None] = no_erasing
    stand_ins: Callable[["User"], set[UUID]] = no_stand_ins


_shares: dict[str, Share] = {}


def register(app: str, share: Share) -> None:
    """Called by each app when it is ready. What depends on others is erased first: the apps above come before those below."""
    _shares[app] = share


def shares() -> list[Share]:
    """All, those of the apps above first."""
    return list(reversed(_shares.values()))


def holdings() -> list[Holding]:
    """Of all apps, in the order of their tables' names."""
    found = [holding for share in _shares.values() for holding in share.holdings]
    return sorted(found, key=lambda holding: holding.table._meta.db_table)
