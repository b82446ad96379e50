"""Loaders for rule packs, written from their descriptions alone: strict about members, and about what an expression may hold."""

import ast
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

Json = dict[str, Any]
Verdict = bool | None
Loaded = dict[str, tuple[str, Callable[[Json, Json], Verdict]]]
_OPERATORS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


class Refused(Exception):
    """The pack is not as described."""


def members(found: Mapping[str, Any], required: set[str], optional: set[str] = frozenset()) -> None:  # type: ignore[assignment] # an empty set
    if set(found) - required - set(optional) or required - set(found):
        raise Refused(f"members {sorted(found)}")


def expression(text: str, is_reference: Callable[[ast.expr], bool]) -> Any:
    """Compiled, if it is made of comparisons of references and constants, `and`, `or` and brackets."""
    tree = ast.parse(text, mode="eval")

    def check(node: ast.expr) -> None:
        if is_reference(node):
            return
        if isinstance(node, ast.BoolOp):
            for value in node.values:
                check(value)
        elif isinstance(node, ast.Compare) and all(isinstance(operator, _OPERATORS) for operator in node.ops):
            for value in (node.left, *node.comparators):
                check(value)
        elif not (isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, int | float | str))):
            raise Refused(f"{type(node).__name__} in {text}")

    check(tree.body)
    return compile(tree, "rule", "eval")


def run(code: Any, **names: Any) -> Any:
    """Its value."""
    return eval(code, {"__builtins__": {}}, names)  # noqa: S307 - checked by `expression`


def _is_name(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _is_get(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and _is_name(node.func.value, "trip", "context")
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Constant)
        and not node.keywords
    )


def _unique(ids: list[str]) -> None:
    if len(set(ids)) != len(ids):
        raise Refused("an id is given twice")


def load_flat(pack: Json) -> Loaded:
    members(pack, {"version", "airline", "id", "rules"})
    loaded: Loaded = {}
    for rule in pack["rules"]:
        members(rule, {"id", "desc", "clause", "severity", "evaluate"}, {"weight"})
        if rule["severity"] not in {"hard", "soft"}:
            raise Refused(rule["severity"])
        code = expression(rule["evaluate"], _is_get)
        loaded[rule["id"]] = (
            rule["severity"],
            lambda trip, context, code=code: run(code, trip=trip, context=context),  # type: ignore[misc] # a closure
        )
    _unique([pack["id"], *(rule["id"] for rule in pack["rules"])])
    return loaded


def load_sectioned(pack: Json) -> Loaded:
    members(pack, {"version", "airline", "id", "rules"}, {"far117", "union"})

    def is_reference(node: ast.expr) -> bool:
        return isinstance(node, ast.Attribute) and _is_name(node.value, "pairing", "context")

    def of(text: str) -> Callable[[Json, Json], Any]:
        code = expression(text, is_reference)
        return lambda trip, context: run(code, pairing=SimpleNamespace(**trip), context=SimpleNamespace(**context))

    loaded: Loaded = {}
    ids = [pack["id"], *(rule["id"] for rule in pack["rules"])]
    for name in {"far117", "union"} & set(pack):
        section = pack[name]
        members(section, set(), {"min_rest_hours", "max_duty_hours_per_day", "hard", "soft"})
        for number in ("min_rest_hours", "max_duty_hours_per_day"):
            if not isinstance(section.get(number, 0), int | float):
                raise Refused(number)
        for rule in section.get("hard", []):
            members(rule, {"id", "check"}, {"when", "desc"})
            loaded[rule["id"]] = ("hard", of(rule["check"]))
            ids.append(rule["id"])
        for rule in section.get("soft", []):
            members(rule, {"id", "score"}, {"weight", "desc"})
            loaded[rule["id"]] = ("soft", of(rule["score"]))
            ids.append(rule["id"])
    _unique(ids)
    return loaded


def load_compiled(pack: Json) -> Loaded:
    """With the attributes of `obj` and the items of `ctx`, and no other names, calls or conditional expressions."""
    members(
        pack,
        {"airline", "version", "effective_start"},
        {"month", "base", "fleet", "effective_end", "checksum", "metadata", "hard", "soft", "derived"},
    )

    def is_reference(node: ast.expr) -> bool:
        if isinstance(node, ast.Subscript):
            return _is_name(node.value, "ctx") and isinstance(node.slice, ast.Constant)
        return isinstance(node, ast.Attribute) and _is_name(node.value, "obj") and not node.attr.startswith("__")

    def of(text: str) -> Callable[[Json, Json], Any]:
        code = expression(text, is_reference)
        return lambda trip, context: run(code, obj=SimpleNamespace(**trip), ctx=context)

    loaded: Loaded = {}
    for rule in pack["hard"]:
        members(rule, {"id", "desc", "check", "severity", "message"})
        loaded[rule["id"]] = ("hard", of(rule["check"]))
    for rule in pack["soft"]:
        members(rule, {"id", "desc", "weight", "score"})
        loaded[rule["id"]] = ("soft", of(rule["score"]))
    _unique([rule["id"] for rule in (*pack["hard"], *pack["soft"])])
    return loaded


def load_native(pack: Json) -> Loaded:
    """By the numbers of each rule's test; rules under conditions are left to people."""

    def of(test: Json) -> Callable[[Json, Json], Verdict]:
        def verdict(trip: Json, context: Json) -> Verdict:
            found = [(trip if pack["figures"][name]["of"] == "trip" else context)[name] for name in test["figures"]]
            if "none" in found:
                return True
            if None in found:
                return None
            least, most = min(found), max(found)
            return (
                (test["least"] is None or least >= test["least"])
                and (test["most"] is None or most <= test["most"])
                and (test["not"] is None or found != [test["not"]])
            )

        return verdict

    expressible = {rule["rule_id"] for rule in pack["not_expressed"]}
    return {
        rule["pack_rule_id"]: ("hard" if rule["is_hard_constraint"] else "soft", of(rule["test"]))
        for rule in pack["rules"]
        if rule["test"] is not None and rule["pack_rule_id"] not in expressible
    }
