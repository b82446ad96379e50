"""How the API answers, and how it describes itself."""

from config.api.about import API_DESCRIPTION, API_TAGS

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "config.api.pagination.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "accounts.api.schema.OperationSchema",
    "DEFAULT_THROTTLE_CLASSES": ["config.api.throttles.CallerThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "client": "600000/min",
        "person": "6000/min",
        "anonymous": "600/min",
        "token": "30/min",
        "outbound": "60/min",
        "report": "60/min",
        "pack": "6000/min",
        "validation": "12000/min",
    },
    "URL_FORMAT_OVERRIDE": None,  # `Accept` alone says what is wanted: a parameter `format` is as unknown as any other
    "EXCEPTION_HANDLER": "config.api.problems.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "VectorBid Contracts",
    "DESCRIPTION": API_DESCRIPTION,
    "TAGS": API_TAGS,
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENFORCE_NON_BLANK_FIELDS": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.api.schema.with_shared_parts",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ChangeKind": "contracts.models.ChangeKind",
        "ContractStatus": "contracts.lifecycle.Status",
        "ExtractionStatus": "contracts.models.RunStatus",
        "ImprovementKind": "contracts.models.ImprovementKind",
        "ImprovementStatus": "contracts.models.ImprovementStatus",
        "DeliveryState": "contracts.models.DeliveryState",
        "RuleSource": "contracts.publication.lookup.RuleSource",
        "WebhookState": "contracts.models.WebhookState",
    },
}
