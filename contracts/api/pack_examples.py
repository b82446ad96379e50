"""Examples of rule packs in the OpenAPI document."""

from drf_spectacular.utils import OpenApiExample

EXAMPLES = [
    OpenApiExample(
        "Flat",
        response_only=True,
        media_type="application/json",
        value={
            "version": "2026",
            "airline": "CSC",
            "id": "CSC-2026",
            "rules": [
                {
                    "id": "10-b-1-duty-period",
                    "desc": "Duty period: at most 14 hours",
                    "clause": "Section 10.B.1",
                    "severity": "hard",
                    "evaluate": "(trip.get('duty_period') != None or None) and trip.get('duty_period') <= 14",
                }
            ],
        },
    ),
    OpenApiExample(
        "Sectioned",
        response_only=True,
        media_type="application/json",
        value={
            "version": "2026",
            "airline": "CSC",
            "id": "CSC-2026",
            "rules": [],
            "far117": {"min_rest_hours": 10},
            "union": {
                "max_duty_hours_per_day": 14,
                "hard": [
                    {
                        "id": "10-b-1-duty-period",
                        "check": "(pairing.duty_period != None or None) and pairing.duty_period <= 14",
                        "desc": "Section 10.B.1: Duty period: at most 14 hours",
                    }
                ],
                "soft": [],
            },
        },
    ),
]
