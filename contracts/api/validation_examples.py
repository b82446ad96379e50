"""Examples of validation in the OpenAPI document."""

from drf_spectacular.utils import OpenApiExample

EXAMPLES = [
    OpenApiExample(
        "A pairing",
        request_only=True,
        media_type="application/json",
        value={
            "pairings": [
                {
                    "id": "P4021",
                    "duty_periods": [
                        {
                            "report": "2026-03-02T06:00-08:00",
                            "release": "2026-03-02T20:30-08:00",
                            "segments": [
                                {
                                    "from": "SEA",
                                    "to": "DEN",
                                    "out": "2026-03-02T07:00-08:00",
                                    "in": "2026-03-02T10:00-08:00",
                                },
                                {
                                    "from": "DEN",
                                    "to": "SEA",
                                    "out": "2026-03-02T14:00-08:00",
                                    "in": "2026-03-02T17:00-08:00",
                                },
                            ],
                        }
                    ],
                }
            ]
        },
    ),
    OpenApiExample(
        "A duty period half an hour too long",
        response_only=True,
        media_type="application/json",
        value={
            "verdict": "invalid",
            "violations": [
                {
                    "rule_id": "10-b-1-duty-period",
                    "source": "contract",
                    "severity": "hard",
                    "pointer": "/pairings/0/duty_periods/0",
                    "message": "Duty period is 14 h 30 min; at most 14 h is allowed.",
                    "citation": "Section 10.B.1",
                    "limit": 14,
                    "actual": 14.5,
                    "unit": "hours",
                    "fix_hint": "Shorten it by 30 min, to 14 h.",
                }
            ],
            "penalties": [],
            "unknown": [],
            "score": {"total": 0, "components": {}},
            "notes": [],
            "assumptions": ["Two pilots are the minimum crew of the aircraft."],
            "pack": {
                "contract_version": "2026",
                "etag": '"5f0c1a526f0e4b5c9d0e1c2f3a4b5c6d7e8f9a0b"',
                "rules": 1,
                "untested": 0,
            },
        },
    ),
]
