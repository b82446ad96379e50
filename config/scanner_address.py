"""Where the virus scanner listens, as `MALWARE_SCANNER_URL` says it. Needs no Django: `config.refusals` asks before there is one."""

from urllib.parse import urlsplit

# A Unix socket's path, or host and port.
ScannerAddress = str | tuple[str, int]


def scanner_address(url: str) -> ScannerAddress:
    """From `unix:///run/clamav/clamd.ctl` or `tcp://host:3310`.

    Raises:
        ValueError: for any other address; the sentence names the setting.
    """
    parts = urlsplit(url)
    rest = parts.query or parts.fragment or parts.username
    if parts.scheme == "unix" and parts.path and not (parts.netloc or rest):
        return parts.path
    if parts.scheme == "tcp" and parts.hostname and _port(parts.netloc) and not (parts.path or rest):
        return parts.hostname, _port(parts.netloc)
    raise ValueError(f"MALWARE_SCANNER_URL is neither unix:///path nor tcp://host:port: {url}.")


def _port(netloc: str) -> int:
    """What stands behind the last colon, or 0 for no port."""
    said = netloc.rpartition(":")[2]
    return int(said) if said.isdecimal() and int(said) < 2**16 else 0
