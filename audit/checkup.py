"""The trail's regular checks. Whatever is wrong is written down for those who guard the product, and goes on as it did."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings

from audit.events import SecurityEventKind
from audit.roots import BadRoot, audit_keys, roots_read
from audit.security.recording import security_event_record
from audit.verification import Report, audit_verify
from config.door import PRODUCT
from config.signing import NoSigningKeys

# So many of the faults found are told with the event.
TOLD = 5


def trail_check(*, folder: Path | None = None, since: datetime | None = None) -> Report:
    """Verify the trail against itself and the roots of `folder`, or of AUDIT_ROOTS_DIR.

    Raises:
        NoSigningKeys: without keys no root can be verified.
    """
    try:
        roots = roots_read(folder or settings.AUDIT_ROOTS_DIR, audit_keys().jwk_set()["keys"])
    except BadRoot as fault:
        report = Report()
        report.fault(str(fault))
    else:
        report = audit_verify(roots=roots, since=since)
    if report.fault_count:
        security_event_record(
            kind=SecurityEventKind.TRAIL_BROKEN,
            subject=PRODUCT,
            is_known=True,
            details={"faults": report.fault_count, "first": report.faults[:TOLD]},
        )
    return report


@contextmanager
def signing_watched() -> Iterator[None]:
    """Around the signing of a root: that it fails is told, and goes on."""
    try:
        yield
    except (NoSigningKeys, BadRoot, OSError) as fault:
        security_event_record(
            kind=SecurityEventKind.TRAIL_UNSIGNED, subject=PRODUCT, is_known=True, details={"why": type(fault).__name__}
        )
        raise
