"""The contracts' share in copies and erasures."""

from accounts.privacy.registry import Share
from contracts.privacy.erasing import erase, obstacles, stand_ins, uploaded_files
from contracts.privacy.holdings import HOLDINGS, PASSED_OVER, TEXTS

SHARE = Share(
    holdings=HOLDINGS,
    passed_over=PASSED_OVER,
    texts=TEXTS,
    files=uploaded_files,
    obstacles=obstacles,
    erase=erase,
    stand_ins=stand_ins,
)
