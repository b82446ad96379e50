"""14 CFR Part 117 as data and functions. No Django, and no I/O but reading data files."""

from regulations.far117.evaluation import evaluate_document
from regulations.far117.faults import DocumentFault, DocumentRefused

__all__ = ["DocumentFault", "DocumentRefused", "evaluate_document"]
