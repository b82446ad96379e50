"""hypothesis strategies: valid schedule documents, and junk."""

import copy
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.regulations.far117.generated import Document, make_document

Parent = dict[str, Any] | list[Any]
ODD_VALUES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        3,
        1.5,
        10**30,
        "",
        " ",
        "JFK",
        "jfk",
        "ZZZZ",
        "fdp",
        "long_call",
        [],
        {},
        [[]],
        [None],
    ),
    *("2026-02-30", "2026-02-02", "2026-02-02T07:00", "2026-02-02T07:00Z", "2026-02-02T07:00:30Z", "2026-02-02T25:00Z"),
    *(
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-12:00",
        "2026-02-02T07:00+99:99",
        "\uff12026-02-02T07:00Z",
        "before_takeoff",
    ),
]


@st.composite
def valid_documents(draw: st.DrawFn) -> Document:
    """Rosters that reach every rule."""
    return make_document(draw(st.randoms(use_true_random=False)))


def json_values() -> st.SearchStrategy[Any]:
    """Anything that JSON can say."""
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
    keys = st.sampled_from(["home_base", "items", "history", "kind", "report", "segments"]) | st.text(max_size=5)
    return st.recursive(
        scalars | st.sampled_from(ODD_VALUES),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
        max_leaves=12,
    )


def members(value: Any) -> list[tuple[Parent, Any]]:
    """(parent, key or index) of every member, however deep."""
    if isinstance(value, dict):
        own: list[tuple[Parent, Any]] = [(value, key) for key in value]
    elif isinstance(value, list):
        own = [(value, index) for index in range(len(value))]
    else:
        return []
    return [*own, *(deeper for parent, key in own for deeper in members(parent[key]))]


def spoil(document: Document, chance: Random, replacement: Any) -> Document:
    """The document with one member removed, replaced, added, or exchanged with another."""
    spoilt = copy.deepcopy(document)
    places = members(spoilt)
    parent, key = chance.choice(places)
    other_parent, other_key = chance.choice(places)
    manner = chance.choice(["remove", "replace", "replace", "odd", "odd", "add", "copy", "again"])
    if manner == "remove":
        del parent[key]
    elif manner == "replace":
        parent[key] = replacement
    elif manner == "odd":
        parent[key] = copy.deepcopy(chance.choice(ODD_VALUES))
    elif manner == "copy":
        parent[key] = copy.deepcopy(other_parent[other_key])
    elif isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]) if manner == "again" else replacement)
    else:
        parent[chance.choice(["crew", "start", "end", "a/b~c", "", "rap_start", "notified_at", "split_rest"])] = (
            replacement
        )
    return spoilt


@st.composite
def spoilt_documents(draw: st.DrawFn) -> Document:
    """Valid documents with one fault, perhaps."""
    chance = draw(st.randoms(use_true_random=False))
    return spoil(make_document(chance), chance, draw(json_values()))


def junk_documents() -> st.SearchStrategy[Any]:
    return json_values() | spoilt_documents()
