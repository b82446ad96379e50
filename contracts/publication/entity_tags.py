"""Strong entity tags over the parts of an answer, and what `If-None-Match` says of them (RFC 9110, 8.8.3 and 13.1.2)."""

import hashlib
import re
from collections.abc import Iterable

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def entity_tag(parts: Iterable[str]) -> str:
    """A quoted tag that differs whenever a part does. Parts are told apart by their lengths."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8))
        digest.update(data)
    return f'"{digest.hexdigest()[:40]}"'


def gzip_tag(tag: str) -> str:
    """The tag of the same answer gzipped: other bytes, hence another strong tag (RFC 9110, 8.8.3.3)."""
    return f'{tag[:-1]}-gzip"'


def is_known(header: str | None, *tags: str) -> bool:
    """Whether `If-None-Match` names one of `tags`: by weak comparison, in a list, or as `*`."""
    if not header:
        return False
    return header.strip() == "*" or any(known in tags for known in _TAG.findall(header))
