"""Check this bundle of evidence: `python3 verify.py` beside it, or `python3 verify.py BUNDLE.zip`. Python 3.8 or later, nothing else.

It works out anew: the document's hash; each entry's digest; each batch; the chain from there to the next signed root; the root's
signature (Ed25519, RFC 8032); and whether the rows in `rows.json` are what the row changes, one after another, made of them.
Whose key signed is for you to judge: compare the printed key ids with those that you know. Exit code 0 where all holds, else 1.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any, Tuple  # noqa: UP035 - it runs on older Pythons too

Point = Tuple[int, int, int, int]  # noqa: UP006 - it runs on older Pythons too

KEY_BYTES = 32


class Files:
    """The bundle's files, from a zip or from the folder that it was unpacked in."""

    def __init__(self, place: str | Path) -> None:
        self.archive = None if Path(place).is_dir() else zipfile.ZipFile(place)
        self.folder = Path(place)

    def read(self, name: str) -> bytes:
        if self.archive is not None:
            return self.archive.read(name)
        return (self.folder / name).read_bytes()

    def json(self, name: str) -> Any:
        return json.loads(self.read(name))


def digest(values: list[Any]) -> str:
    """The SHA-256, in hexadecimal, of the canonical text: a JSON array in UTF-8."""
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


# Ed25519: the curve -x² + y² = 1 + d·x²·y² over the numbers modulo P; points as (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_of(encoded: bytes) -> Point | None:
    """The point that 32 bytes stand for, None where they stand for none."""
    number = int.from_bytes(encoded, "little")
    is_odd, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - squared) % P or (x == 0 and is_odd):
        return None
    if x % 2 != is_odd:
        x = P - x
    return x, y, 1, x * y % P


def added(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = added(total, point)
        point = added(point, point)
        number >>= 1
    return total


BASE_Y = 4 * pow(5, P - 2, P) % P


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key whose public half this is signed the message."""
    key, first = point_of(public), point_of(signature[:32]) if len(signature) == 2 * KEY_BYTES else None
    second = int.from_bytes(signature[32:], "little")
    if len(public) != KEY_BYTES or key is None or first is None or second >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    base = point_of(BASE_Y.to_bytes(KEY_BYTES, "little"))
    assert base is not None  # noqa: S101 - a constant of the curve
    left, right = times(second, base), added(first, times(challenge, key))
    return not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


# The trail


def check_batches(trail: Any, faults: list[str]) -> list[list[Any]]:
    """Each batch is what its entries roll up to. Returns the entries that are told in full, with their batch, in order."""
    told: list[list[Any]] = []
    redactions = redactions_in(trail)
    for batch in trail["batches"]:
        roll = bytes(32)
        for place, entry in enumerate(batch["parts"], start=1):
            values = entry.get("values")
            if values is not None and (
                not is_as_told(values, entry["digest"], redactions) or values[1:3] != [batch["batch"], place]
            ):
                faults.append(f"Entry {values[3]} of {values[4]} is not what its digest says.")
            if values is not None:
                told.append(values)
            roll = hashlib.sha256(roll + bytes.fromhex(entry["digest"])).digest()
        if roll.hex() != batch["digest"] or len(batch["parts"]) != batch["entries"]:
            faults.append(f"Batch {batch['batch']} is not what its entries make it.")
    return told


def redactions_in(trail: Any) -> dict[tuple[str, int], list[list[Any]]]:
    """The redactions by the kind and id of the entry that each is of, in their order: erased people's names gave way to pseudonyms."""
    found: dict[tuple[str, int], list[list[Any]]] = {}
    for batch in trail["batches"]:
        for entry in batch["parts"]:
            values = entry.get("values")
            if values is not None and values[0] == "redaction":
                found.setdefault((values[5], values[6]), []).append(values)
    return {key: sorted(values, key=lambda each: each[3]) for key, values in found.items()}


def is_as_told(values: list[Any], written: str, redactions: dict[tuple[str, int], list[list[Any]]]) -> bool:
    """Whether an entry is what its digest says, or what the redactions made of that, one after another. Those are entries themselves."""
    reached = written
    for redaction in redactions.get((values[0], values[3]), []):
        if redaction[13] != reached or redaction[7:9] != values[1:3]:
            return False
        reached = redaction[14]
    return digest(values) == reached


def check_chain(trail: Any, keys: Any, faults: list[str]) -> int:
    """Each batch has its link, and from each link the chain leads to a signed root. Returns how many links were followed."""
    linked: dict[int, Any] = {}
    count = previous = 0
    for segment in trail["segments"]:
        before = segment["before"]
        for link in segment["links"]:
            values = [link[name] for name in ("sequence", "batch", "entries", "digest", "sealed_at", "linked_at")]
            if digest(["link", *values, before]) != link["hash"]:
                faults.append(f"Link {link['sequence']} does not follow from the one before it.")
            if count and segment["links"][0] is not link and link["sequence"] != previous + 1:
                faults.append(f"Before link {link['sequence']} one is missing.")
            before, previous, count = link["hash"], link["sequence"], count + 1
            linked[link["batch"]] = link
        check_root(segment, before, keys, faults)
    for batch in trail["batches"]:
        link = linked.get(batch["batch"])
        if link is None or (link["digest"], link["entries"]) != (batch["digest"], batch["entries"]):
            faults.append(f"Batch {batch['batch']} is not the one in the chain.")
    return count


def check_root(segment: Any, reached: str, keys: Any, faults: list[str]) -> None:
    """A segment ends at what its root signed."""
    root = segment["root"]
    body = json.dumps(
        ["root", root["version"], root["made_at"], root["sequence"], root["hash"]], ensure_ascii=False
    ).encode()
    key = next((key for key in keys["keys"] if key["kid"] == root["key_id"]), None)
    public = base64.urlsafe_b64decode(key["x"] + "==") if key else b""
    if not is_signed(public, body, base64.b64decode(root["signature"])):
        faults.append(f"The root of {root['made_at']} was not signed by the key {root['key_id']}.")
    if (reached, segment["links"][-1]["sequence"]) != (root["hash"], root["sequence"]):
        faults.append(f"The chain does not lead to the root of {root['made_at']}.")


# The rows


def replayed(told: list[list[Any]]) -> dict[str, dict[str, dict[str, Any] | None]]:
    """What the row changes made of each row: {table: {key: {column: value}}}; None for a row whose beginning is not told."""
    rows: dict[str, dict[str, dict[str, Any] | None]] = {}
    for values in sorted((values for values in told if values[0] == "row"), key=lambda values: values[3]):
        _, _, _, _, _, table, key, operation, changes = values[:9]
        of_table, changed = rows.setdefault(table, {}), json.loads(changes)
        if operation == "insert":
            of_table[key] = {column: after for column, (_, after) in changed.items()}
        elif operation == "delete":
            of_table.pop(key, None)
        elif row := of_table.get(key):
            row.update({column: after for column, (_, after) in changed.items()})
        else:
            of_table[key] = None
    return rows


def check_rows(files: Files, told: list[list[Any]], faults: list[str]) -> tuple[int, int]:
    """The rows are those that the trail made, but for what is older than the trail. Returns (replayed, older)."""
    given, made = files.json("rows.json"), replayed(told)
    for sha256, text in given["long"].items():
        if "sha256:" + hashlib.sha256(text.encode()).hexdigest() != sha256:
            faults.append(f"A long text is not what its hash says: {sha256}")
    count = older = 0
    for table, rows in given["rows"].items():
        for key, row in rows.items():
            known = made.get(table, {}).get(key)
            if known is None:
                older += 1
                continue
            count += 1
            differing = [name for name, value in row.items() if value != known.get(name)]
            if differing:
                faults.append(f"Row {key} of {table} is not what the trail made of it: {', '.join(sorted(differing))}.")
        gone = [key for key, row in made.get(table, {}).items() if row is not None and key not in rows]
        faults += [f"Row {key} of {table} is missing." for key in gone]
    return count, older


def verified(place: str | Path) -> tuple[list[str], list[str]]:
    """What holds, as sentences, and what does not."""
    files = Files(place)
    faults: list[str] = []
    manifest, trail, keys = files.json("manifest.json"), files.json("trail.json"), files.json("keys.json")
    for name, sha256 in manifest["files"].items():
        if hashlib.sha256(files.read(name)).hexdigest() != sha256:
            faults.append(f"{name} is not what the manifest says.")
    told = check_batches(trail, faults)
    links = check_chain(trail, keys, faults)
    rows, older = check_rows(files, told, faults)
    document = hashlib.sha256(files.read(manifest["document"])).hexdigest()
    recorded = {
        json.loads(values[8]).get("document_sha256", [None, None])[1]
        for values in told
        if values[5] == "pilot_contracts"
    }
    if document != manifest["document_sha256"] or (recorded - {None} and document not in recorded):
        faults.append(f"The document's hash is {document}, which is not the one recorded.")
    roots = [segment["root"] for segment in trail["segments"]]
    held = [
        f"Document: SHA-256 {document}" + ("" if recorded - {None} else " (uploaded before the trail told of rows)"),
        f"Trail: {len(told)} entries of this contract in {len(trail['batches'])} batches, {links} links.",
        *redacted_of(told),
        f"Rows: {rows} are what the trail made of them" + (f", {older} are older than it." if older else "."),
        *(f"Root of {root['made_at']}: link {root['sequence']}, key {root['key_id']}" for root in roots),
    ]
    return held, faults


def redacted_of(told: list[list[Any]]) -> list[str]:
    """How many entries were redacted, where some were."""
    count = len({(values[5], values[6]) for values in told if values[0] == "redaction"})
    return [f"Redacted: {count} entries, for people whose accounts were erased; the chain attests it."] if count else []


def main(arguments: list[str]) -> int:
    place = arguments[0] if arguments else str(Path(__file__).resolve().parent)
    try:
        held, faults = verified(place)
    except (KeyError, IndexError, TypeError, ValueError, OSError, zipfile.BadZipFile) as fault:
        held, faults = [], [f"The bundle cannot be read: {type(fault).__name__}: {fault}"]
    sys.stdout.write("\n".join([*held, *faults, "NOT VERIFIED." if faults else "VERIFIED."]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
