"""From a parsed question to the answer's members."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import ValidationError

from config.errors import Fault, Malformed
from regulations.far117 import DocumentRefused, evaluate_document
from regulations.far117.clock import minute_of_day
from regulations.far117.limits import QuestionError, period_limits


def limits_answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """What `RegulatoryLimitsSerializer` describes, for a question parsed by `LimitsQuery`.

    Raises:
        ValidationError: the crew and its rest facility do not go together.
    """
    try:
        limits = period_limits(
            report_minute=minute_of_day(question["report"]),
            segments=question["segments"],
            pilots=question["pilots"],
            rest_facility=question["rest_facility"] or None,
            acclimated=question["acclimated"],
        )
    except QuestionError as error:
        raise ValidationError({error.member: [str(error)]}) from error
    return {
        "flight_limit_minutes": limits.flight_limit_minutes,
        "fdp_limit_minutes": limits.fdp_limit_minutes,
        "fdp_limit_extended_minutes": limits.fdp_limit_extended_minutes,
        "latest_fdp_end_minute": limits.latest_fdp_end_minute,
        "latest_fdp_end_extended_minute": limits.latest_fdp_end_extended_minute,
        "segment_limit": limits.segment_limit,
        "segments_allowed": limits.segments_allowed,
        "citations": [rule.citation for rule in limits.rules],
        "rule_ids": [rule.rule_id for rule in limits.rules],
    }


def schedule_answer(document: object) -> dict[str, Any]:
    """A schedule document's answer.

    Raises:
        Malformed: the document has faults, each named.
    """
    try:
        return evaluate_document(document)
    except DocumentRefused as refused:
        raise Malformed(
            "The schedule document has faults; `errors` points to each.",
            errors=[Fault(pointer=fault.pointer, code=fault.code, detail=fault.detail) for fault in refused.faults],
        ) from refused
