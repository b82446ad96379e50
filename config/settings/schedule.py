"""What the beat has done when. What a beat missed is not caught up: each task expires when the next is due, or within its hour."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "extraction-sweep": {"task": "contracts.extraction_sweep", "schedule": 5.0, "options": {"expires": 5}},
    "publication-sweep": {"task": "contracts.publication_sweep", "schedule": 15.0, "options": {"expires": 15}},
    "lookups-warm": {"task": "contracts.lookups_warm", "schedule": 300.0, "options": {"expires": 300}},
    "lifecycle-sweep": {"task": "contracts.lifecycle_sweep", "schedule": 60.0, "options": {"expires": 60}},
    "activation-sweep": {"task": "contracts.activation_sweep", "schedule": 10.0, "options": {"expires": 10}},
    "deadlines-sweep": {"task": "contracts.deadlines_sweep", "schedule": 120.0, "options": {"expires": 120}},
    "uploads-sweep": {"task": "contracts.uploads_sweep", "schedule": 3600.0, "options": {"expires": 3600}},
    "measures-sweep": {
        "task": "contracts.measures_sweep",
        "schedule": crontab(minute=40, hour=1),
        "options": {"expires": 3600},
    },
    "metrics-daily": {
        "task": "contracts.metrics_daily",
        "schedule": crontab(minute=10, hour=0),
        "options": {"expires": 3600},
    },
    "known-words-clear": {
        "task": "contracts.known_words_clear",
        "schedule": crontab(minute=20, hour=2),
        "options": {"expires": 3600},
    },
    "usage-add-up": {"task": "contracts.usage_add_up", "schedule": 30.0, "options": {"expires": 30}},
    "clear": {"task": "audit.clear", "schedule": 3600.0, "options": {"expires": 3600}},
    "exports-sweep": {"task": "accounts.data_exports_sweep", "schedule": 300.0, "options": {"expires": 300}},
    "erasures-sweep": {"task": "accounts.erasures_sweep", "schedule": 600.0, "options": {"expires": 600}},
    "reminders-sweep": {"task": "contracts.reminders_sweep", "schedule": 3600.0, "options": {"expires": 3600}},
    "changes-sweep": {"task": "contracts.changes_publish", "schedule": 10.0, "options": {"expires": 10}},
    "webhooks-sweep": {"task": "contracts.webhooks_deliver", "schedule": 5.0, "options": {"expires": 5}},
    "audit-months": {
        "task": "audit.months_make",
        "schedule": crontab(minute=20, hour=2),
        "options": {"expires": 3600},
    },
    "audit-root": {"task": "audit.root_of_today", "schedule": 1800.0, "options": {"expires": 1800}},
    "audit-verify": {
        "task": "audit.verify_trail",
        "schedule": crontab(minute=20, hour=3),
        "options": {"expires": 3600},
    },
    "security-alerts": {"task": "accounts.security_alerts", "schedule": 30.0, "options": {"expires": 30}},
    "security-lapse": {
        "task": "accounts.security_events_lapse",
        "schedule": crontab(minute=50, hour=2),
        "options": {"expires": 3600},
    },
    "mail-sweep": {"task": "accounts.notifications_mail", "schedule": 30.0, "options": {"expires": 30}},
    "letters-sweep": {"task": "accounts.letters_mail", "schedule": 30.0, "options": {"expires": 30}},
}
