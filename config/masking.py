"""What nobody's log may say: addresses are cut short, what names or lets in a person is left out. Every line passes here.

Linear in the length of the text, whatever stands in it: patterns have either bounded parts or take each character once. So a line
that somebody makes a megabyte long holds nothing up.
"""

import ipaddress
import re
from collections.abc import MutableMapping
from typing import Any

MASK = "…"

# What stands under these names is not told, nor under longer ones that end so: `user_email`.
_NAMES = frozenset(
    (
        *("email", "e_mail", "username", "full_name", "first_name", "last_name", "actor_label"),
        *("pilot_id", "pilot_number", "employee_number", "password", "passwd", "secret", "token", "api_key", "jwt"),
        *("cookie", "sessionid", "csrftoken", "known_device", "authorization", "credential", "recovery_code"),
    )
)
_ENDINGS = tuple(f"_{name}" for name in _NAMES)
# name=value, name: value, "name": "value". The value ends with its quote, or where the next one begins.
_KEY = re.compile(r"(?<![A-Za-z_-])([A-Za-z_-]+)[\"']?\s{0,2}[=:]\s{0,2}")
_VALUE = re.compile(
    r"\"[^\"\r\n]*\"?|'[^'\r\n]*'?|(?:Bearer|Basic)\s{1,2}[^\s\"',;&)\]}]+|[^\s\"',;&)\]}]+", re.IGNORECASE
)
_BEARER = re.compile(r"\b(Bearer|Basic)\s{1,2}[A-Za-z0-9._~+/=-]{8,}")
_JWT = re.compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*\.?[A-Za-z0-9_-]*")
_COOKIES = re.compile(r"\b((?:Set-)?Cookie:)[^\r\n]*", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"://[^\s/@]*@")
# What a database says about rows: values of a unique key, a whole row, the statement with the values in it.
_DATABASE = re.compile(
    r"(DETAIL: |Failing row contains|Key \([^()\r\n]{1,200}\)=|LINE \d{1,6}: |CONTEXT: |STATEMENT: |"
    r"invalid input (?:syntax|value) for [^:\"\r\n]{1,100}: )"
)
# Where that ends: at a line that is the program's again. A value may hold line breaks itself.
_ON = re.compile(r"(?=\r?\n(?:Traceback|  File |The above|During handling|\[|[\w.]{1,100}(?:Error|Exception)))")
# Words, each character in one of them: what stands around an @ is found in them, so that no start is tried twice.
_WORD = re.compile(r"[^\s<>()\[\]{}\"',;:=|/\\]+")
_IPV4 = re.compile(r"(?<!\d)(?:\d{1,3}\.){3}\d{1,3}(?!\d)")
_COLONS = re.compile(r"(?<![0-9A-Fa-f:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]+")
_LONGEST_IPV6 = 45
_OUR_OWN = ("127.", "0.0.0.0")  # noqa: S104 - compared, not bound


def masked(text: str) -> str:
    """`text` without what names a person or lets one in. Most lines hold nothing of the kind, and are told so quickly."""
    if "@" in text:
        text = _URL_PASSWORD.sub(f"://{MASK}@", text)
        text = _WORD.sub(_email, text)
    if ": " in text or "Key (" in text or "Failing row" in text:
        text = _without_values(text)
    if "ookie:" in text or "OOKIE:" in text:
        text = _COOKIES.sub(rf"\1 {MASK}", text)
    if "=" in text or ":" in text:
        text = _without_named(text)
    if "eyJ" in text:
        text = _JWT.sub(MASK, text)
    if "earer" in text or "asic" in text:
        text = _BEARER.sub(rf"\1 {MASK}", text)
    if "." in text:
        text = _IPV4.sub(_network, text)
    if text.count(":") > 1:
        text = _COLONS.sub(_wide_network, text)
    return text


def mask_event(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor for structlog: values under a name that says they are personal are left out, all others are masked."""
    for name, value in event.items():
        event[name] = masked_value(name, value)
    return event


def masked_value(name: str, value: Any) -> Any:
    """`value` as it may be told under `name`. Numbers, instants and faults stay what they are: they are masked as they are written."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if _is_personal(name):
        return MASK
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {key: masked_value(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and not name.startswith(("exc_info", "_")):
        return [masked_value(name, each) for each in value]
    return value


def _is_personal(name: str) -> bool:
    """Whether a name is one of those, or ends in one behind a line."""
    name = name.lower().replace("-", "_").removesuffix("s")
    return name in _NAMES or name.endswith(_ENDINGS)


def _without_named(text: str) -> str:
    kept: list[str] = []
    position = 0
    for found in _KEY.finditer(text):
        if found.start() < position or not _is_personal(found.group(1)):
            continue
        value = _VALUE.match(text, found.end())
        if value is not None:
            kept += [text[position : found.end()], MASK]
            position = value.end()
    return "".join([*kept, text[position:]]) if kept else text


def _email(found: re.Match[str]) -> str:
    """`p…@…`. A lone @, one in front of a name as in a decorator, and a worker's name on its host are no addresses."""
    word = found.group()
    before, _, domain = word.partition("@")
    first = before.lstrip("+.-_")[:1]
    is_address = "." in domain.strip(".") and first not in ("", MASK)
    return f"{first}{MASK}@{MASK}" if is_address else word


def _network(found: re.Match[str]) -> str:
    """The first three numbers. This machine's own addresses are nobody's."""
    text = found.group()
    if text.startswith(_OUR_OWN) or any(int(part) > 255 for part in text.split(".")):  # noqa: PLR2004 - a byte
        return text
    return f"{text.rpartition('.')[0]}.x"


def _wide_network(found: re.Match[str]) -> str:
    """The first 48 bits, where what was found is an address; anything else as it was."""
    text = found.group()
    if text.count(":") < 2 or len(text) > _LONGEST_IPV6 + 2:  # noqa: PLR2004 - the fewest that any address has
        return text
    for candidate in (text, text.rstrip("."), text.rstrip(".")[:-1]):
        address = _parsed(candidate)
        if address is not None:
            rest = text[len(candidate) :]
            if address.is_loopback or address.is_unspecified:
                return text
            first = int(address) >> 80
            return f"{first >> 32:x}:{first >> 16 & 0xFFFF:x}:{first & 0xFFFF:x}:x{rest}"
    return text


def _parsed(text: str) -> ipaddress.IPv6Address | None:
    try:
        return ipaddress.IPv6Address(text)
    except ValueError:
        return None


def _without_values(text: str) -> str:
    """Each place at which a database quotes goes, up to where the program speaks again."""
    found = _DATABASE.search(text)
    if found is None:
        return text
    kept: list[str] = []
    position = 0
    while found is not None:
        kept += [text[position : found.end()].rstrip(), f" {MASK}"]
        again = _ON.search(text, found.end())
        position = len(text) if again is None else again.start()
        found = _DATABASE.search(text, position)
    return "".join([*kept, text[position:]])
