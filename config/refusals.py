"""What production refuses to start with: secrets that are missing, short or known to others, debugging, addresses without TLS.

Needs no Django: settings read it. Nothing of a secret is ever told, only which variable is wrong and how to mend it.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from itertools import combinations
from urllib.parse import unquote, urlsplit

from config.scanner_address import scanner_address

Environment = Mapping[str, str]
SHORTEST_TEXT = 50  # characters; `openssl rand -base64 48` makes 64
FEWEST_SIGNS = 12  # different ones
KEY_BYTES = 32
FEWEST_BYTES = 12  # different ones, of 32
# Words of examples and defaults. In random base64 of that length one occurs once in billions of times.
_KNOWN = re.compile(
    r"only-for-tests|django-insecure|change-?me|example|default|secret|password|demo-pass|placeholder", re.I
)
_KNOWN_PASSWORDS = frozenset(
    {
        "password",
        "postgres",
        "postgresql",
        "vectorbid",
        "redis",
        "valkey",
        "admin",
        "root",
        "secret",
        "changeme",
        "test",
        "none",
    }
)
# The widest networks that can be one's own proxies: 10.0.0.0/8 and fc00::/7.
_WIDEST = {4: 8, 6: 7}
_TRUE = frozenset({"true", "on", "ok", "y", "yes", "1"})

MAKE_TEXT = "Make one with: openssl rand -base64 48"
MAKE_KEY = "Make one with: openssl rand -base64 32"


def _text(value: str) -> str | None:
    """What is wrong with a secret that is a text."""
    if _KNOWN.search(value):
        return f"holds a word of examples and defaults. {MAKE_TEXT}"
    if len(value) < SHORTEST_TEXT or len(set(value)) < FEWEST_SIGNS:
        return f"is too short or too simple to be a secret: at least {SHORTEST_TEXT} random characters. {MAKE_TEXT}"
    return None


def _key(value: str) -> str | None:
    """What is wrong with a secret that is base64 of 32 bytes."""
    try:
        key = b64decode(value, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        return f"is not base64 of {KEY_BYTES} bytes. {MAKE_KEY}"
    if len(set(key)) < FEWEST_BYTES:
        return f"is a made-up key, not a random one. {MAKE_KEY}"
    return None


def _texts(value: str) -> str | None:
    return next((fault for entry in entries(value) if (fault := _text(entry))), None)


def _keys(value: str) -> str | None:
    return next((fault for entry in entries(value) if (fault := _key(entry))), None)


def _named_keys(value: str) -> str | None:
    if any(":" not in entry for entry in entries(value)):
        return f"has an entry without a version before its colon, as in one:KEY. {MAKE_KEY}"
    return _keys(",".join(entry.partition(":")[2] for entry in entries(value)))


# Each secret by its variable, and what tells whether it is fit to be one.
SECRETS: dict[str, Callable[[str], str | None]] = {
    "SECRET_KEY": _text,
    "JWT_SECRET_KEY": _text,
    "CREDENTIAL_KEYS": _named_keys,
    "PACK_SIGNING_KEYS": _keys,
    "AUDIT_SIGNING_KEYS": _keys,
}
# Those that may be missing.
OPTIONAL_SECRETS: dict[str, Callable[[str], str | None]] = {"JWT_PREVIOUS_KEYS": _texts}
# Addresses that may hold a password.
ADDRESSES_WITH_PASSWORDS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL")


def entries(value: str) -> list[str]:
    """A list's entries, parted by commas."""
    return [entry.strip() for entry in value.split(",") if entry.strip()]


def unfit(environment: Environment) -> list[str]:
    """A sentence for each thing that production does not start with; empty where it may start."""
    return [
        *_unfit_secrets(environment),
        *_shared_secrets(environment),
        *_unfit_passwords(environment),
        *_shared_roles(environment),
        *_unfit_hosts(environment),
        *_unfit_proxies(environment),
        *_unfit_scanner(environment),
        *(
            ["DEBUG is on. Take it out: faults would show settings and people's data."]
            if _is_on(environment, "DEBUG")
            else []
        ),
    ]


def _is_on(environment: Environment, name: str) -> bool:
    return environment.get(name, "").strip().lower() in _TRUE


def _unfit_secrets(environment: Environment) -> Iterator[str]:
    for name, fault_of in SECRETS.items():
        value = environment.get(name, "").strip()
        if not entries(value):
            yield f"{name} is not set. {MAKE_KEY if fault_of is not _text else MAKE_TEXT}"
        elif fault := fault_of(value):
            yield f"{name} {fault}"
    for name, fault_of in OPTIONAL_SECRETS.items():
        if fault := fault_of(environment.get(name, "")):
            yield f"{name} {fault}"


def _shared_secrets(environment: Environment) -> Iterator[str]:
    """One secret for two purposes: whoever has the one has the other."""
    held = {
        name: {entry.rpartition(":")[2] for entry in entries(environment.get(name, ""))}
        for name in (*SECRETS, *OPTIONAL_SECRETS)
    }
    for one, other in combinations(held, 2):
        if held[one] & held[other]:
            yield f"{one} and {other} share a secret. Give each its own."


def _unfit_passwords(environment: Environment) -> Iterator[str]:
    for name in ADDRESSES_WITH_PASSWORDS:
        parts = urlsplit(environment.get(name, ""))
        password = unquote(parts.password or "")
        if password and (password.lower() in _KNOWN_PASSWORDS or password == unquote(parts.username or "")):
            yield f"The password in {name} is a default that everybody tries. Give the server another one."


def _shared_roles(environment: Environment) -> Iterator[str]:
    """One role that owns the tables and serves: it could take every policy off."""
    serving, owner = (urlsplit(environment.get(name, "")).username for name in ("DATABASE_URL", "DATABASE_OWNER_URL"))
    if owner and owner == serving:
        yield (
            "DATABASE_OWNER_URL and DATABASE_URL name the same role. Make two, one that owns the tables and one that serves, and "
            "tell the owner's to `migrate` alone: docs/deployment.md."
        )


def _unfit_hosts(environment: Environment) -> Iterator[str]:
    hosts = entries(environment.get("ALLOWED_HOSTS", ""))
    if not hosts:
        yield "ALLOWED_HOSTS is not set. Name the hosts that people and programs ask, such as contracts.example.com."
    if any("*" in host or "/" in host for host in hosts):
        yield "ALLOWED_HOSTS has to name each host, without a scheme and without *: links and redirects are built from it."
    for name in ("CSRF_TRUSTED_ORIGINS", "SITE_URL"):
        if any(not address.startswith("https://") for address in entries(environment.get(name, ""))):
            yield f"{name} has an address that does not begin with https://."


def _unfit_proxies(environment: Environment) -> Iterator[str]:
    if "TRUSTED_PROXIES" not in environment:
        yield (
            "TRUSTED_PROXIES is not set. Name the addresses or networks of the proxies in front, or set it to nothing where "
            "there are none."
        )
    for entry in entries(environment.get("TRUSTED_PROXIES", "")):
        try:
            network = ip_network(entry)
        except ValueError:
            yield f"TRUSTED_PROXIES has an entry that is no address and no network: {entry}."
            continue
        if network.prefixlen < _WIDEST[network.version]:
            yield f"TRUSTED_PROXIES would believe half the internet: {entry}. Name your own proxies."


def _unfit_scanner(environment: Environment) -> Iterator[str]:
    if "MALWARE_SCANNER_URL" not in environment:
        yield (
            "MALWARE_SCANNER_URL is not set. Name the ClamAV that uploads are shown to, such as unix:///run/clamav/clamd.ctl, or set "
            "it to nothing where there is none."
        )
    if url := environment.get("MALWARE_SCANNER_URL", ""):
        try:
            scanner_address(url)
        except ValueError as error:
            yield str(error)
