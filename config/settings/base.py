"""Settings that hold everywhere. Each variable read from the environment stands in `.env.example`, which a test compares."""

import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from config.logging import logging_settings
from config.settings.rest import *  # noqa: F403 - Django settings modules extend one another this way
from config.settings.schedule import SCHEDULE

# Django's forms, admins and views take type parameters as its stubs say: `forms.ModelForm[ContractRule]`.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("VAR_DIR", default="") or BASE_DIR / "var")
DOCUMENTS_DIR = VAR_DIR / "documents"
# Copies of people's data, for as long as they may be downloaded. Shared by web and workers, as documents are.
DATA_EXPORTS_DIR = VAR_DIR / "data-exports"
DOCUMENT_MAXIMUM_BYTES = 50 * 1024 * 1024

ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Addresses and networks of our own proxies: they alone are believed where a request comes from and how (`config.proxies`).
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", default=[])

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "guardian",
    "auditlog",
    "axes",
    "csp",
    "pgtrigger",
    "config",
    "audit",
    "accounts",
    "pilots",
    "regulations",
    "contracts",
]

MIDDLEWARE = [
    "config.requests.RequestContextMiddleware",
    "config.headers.headers_of_every_answer",
    "config.api.edge.api_edge",  # the API goes from here
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.admin_policy.AdminContentSecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.web_sessions.SessionAuthenticationMiddleware",
    "accounts.consents.gate.ConsentMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.api.edge.innermost",  # to here
    "audit.security.refusals.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
# WSGI applications that are asked before Django, the first one first: each takes the one behind it.
WSGI_FRONT = ["config.proxies.TrustedProxies", "contracts.api.quick.lookups_first"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.notifications.context.unread_notifications",
            ],
        },
    },
]


# The database. Connections persist for a minute a thread and are checked before use, so that a restarted server is met again.
def _database(url: dict[str, Any]) -> dict[str, Any]:
    """Host and port of a socket come as query parameters: Django's own commands look for them beside the name.

    The backend is Django's, and tells each transaction who acts in it.
    """
    options = dict(url.get("OPTIONS", {}))
    return {
        **url,
        "ENGINE": "config.database",
        "HOST": url.get("HOST") or options.pop("host", ""),
        "PORT": url.get("PORT") or options.pop("port", ""),
        "OPTIONS": {**options, "application_name": "vectorbid"},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # One would be asked without anybody having been told as whom it sees; nor would it outlive its transaction in PgBouncer.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


DATABASES = {"default": _database(env.db_url("DATABASE_URL"))}
# The role that owns the tables, for `migrate` alone. The one that serves owns nothing: `docs/row-security.md`.
DATABASE_OWNER = _database(env.db_url_config(env.str("DATABASE_OWNER_URL", default="") or env.str("DATABASE_URL")))
SERVING_ROLE: str = DATABASES["default"]["USER"]
# Whether a process refuses a connection that policies do not bind (`config.database.binding`).
SERVING_ROLE_IS_BOUND = False

# Cache and broker share one Redis; the broker has a key prefix of its own.
REDIS_URL: str = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {
            "CLIENT_CLASS": "django_redis.client.DefaultClient",
            "IGNORE_EXCEPTIONS": True,
            "LOG_IGNORED_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 2,
        },
    },
}


def _broker_url(redis_url: str) -> str:
    """Celery names a Redis behind a Unix socket otherwise than redis-py does."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    return f"redis+socket://{parts.netloc}{parts.path}?virtual_host=0"


CELERY_BROKER_URL = _broker_url(REDIS_URL)
# Left to itself kombu takes any certificate.
CELERY_BROKER_USE_SSL = (
    {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True} if REDIS_URL.startswith("rediss:") else None
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": "celery:",
    "socket_keepalive": True,
    "socket_connect_timeout": 2,
    "max_retries": 1,
    "interval_max": 0.2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Readings are long, and a mail server or a webhook's receiver may keep one waiting: they have queues, and processes, of their own.
CELERY_TASK_ROUTES = {
    "contracts.extraction_run": {"queue": "reading"},
    "accounts.notifications_mail": {"queue": "mail"},
    "accounts.letters_mail": {"queue": "mail"},
    "audit.root_mail": {"queue": "mail"},
    "accounts.security_alerts": {"queue": "mail"},
    "contracts.webhooks_deliver": {"queue": "webhooks"},
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 4  # then what is under way is given back to the queue
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = SCHEDULE

# How often a web process hands over what it has counted; 0 leaves that to whoever calls for it.
USAGE_HANDOVER_SECONDS = 5

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.guessing.PasswordBackend"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator"},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "accounts.context_words.ContextWordsValidator"},
    {"NAME": "accounts.passwords.BreachedPasswordValidator"},
]
BREACHED_PASSWORDS_URL: str = env.str("BREACHED_PASSWORDS_URL", default="")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]  # 12 rounds
ANONYMOUS_USER_NAME = None  # guardian: nobody is granted anything
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # policies ask grants by plain joins; no backend asks row by row
SESSION_ENGINE = "accounts.session_store"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
# Approvers and administrators get in with a second factor alone, unless this says no in so many words; then it is offered
# to them, as to everybody.
SECOND_FACTOR_REQUIRED: bool = env.str("SECOND_FACTOR_REQUIRED", default="").lower() not in {"false", "no", "off", "0"}
# Whether everybody, pilots too, gets in with a second factor alone.
SECOND_FACTOR_REQUIRED_OF_EVERYBODY: bool = env.bool("SECOND_FACTOR_REQUIRED_OF_EVERYBODY", default=False)
# How long after giving password or second factor one may approve, grant and export.
REAUTHENTICATION_SECONDS: int = int(env.str("REAUTHENTICATION_SECONDS", default="") or 600)
# How long a sign-in may lie unused, of pilots and of approvers and administrators (ADR 0070).
SESSION_IDLE_MINUTES: int = int(env.str("SESSION_IDLE_MINUTES", default="") or 240)
STAFF_SESSION_IDLE_MINUTES: int = int(env.str("STAFF_SESSION_IDLE_MINUTES", default="") or 60)
SESSION_COOKIE_AGE = 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
DEVICE_COOKIE_NAME = "known_device"  # a browser in which somebody has signed in before (`accounts.guessing`)
CSRF_COOKIE_HTTPONLY = True  # forms carry the token
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "config.requests.client_address"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "accounts.views.attempted_email"
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
AXES_HANDLER = "accounts.guessing.CountingHandler"
AXES_WHITELIST_CALLABLE = "accounts.guessing.is_known_device"

AUDITLOG_LOGENTRY_MODEL = "audit.AuditEntry"
MIGRATION_MODULES = {"auditlog": None}  # its own table, which ours replaces, is never made

# Tokens
TOKEN_ISSUER = "vectorbid-contracts"  # noqa: S105 - a claim, not a secret
TOKEN_AUDIENCE = "vectorbid-contracts-api"  # noqa: S105 - a claim, not a secret
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "ISSUER": TOKEN_ISSUER,
    "AUDIENCE": TOKEN_AUDIENCE,
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(hours=24),
    "USER_ID_CLAIM": "sub",
    "USER_ID_FIELD": "id",
    "LEEWAY": 0,
}
# Keys that signed tokens before `JWT_SECRET_KEY` did, by comma: what they signed is good until it expires.
JWT_PREVIOUS_KEYS: list[str] = env.list("JWT_PREVIOUS_KEYS", default=[])

# Language models. Without a stored credential none is asked and nothing is sent.
CREDENTIAL_KEYS: list[str]  # "version:base64 of 32 bytes", the newest first; each kind of settings has its own
PACK_SIGNING_KEYS: list[str]  # base64 of 32 bytes, the newest first; likewise
AUDIT_SIGNING_KEYS: list[str]  # of the audit trail's roots; likewise
LOCAL_LANGUAGE_MODELS: bool = env.bool("LOCAL_LANGUAGE_MODELS", default=False)  # by plain HTTP, on this machine alone
LOCAL_WEBHOOKS: bool = env.bool("LOCAL_WEBHOOKS", default=False)  # to this machine, by plain HTTP too
# The ClamAV that uploads are shown to, before anything opens them; empty where there is none.
MALWARE_SCANNER_URL: str = env.str("MALWARE_SCANNER_URL", default="")
# Hosts that webhooks, language models and the service of breached passwords may have: names, or `.suffix`. Empty: any.
OUTGOING_HOSTS: list[str] = env.list("OUTGOING_HOSTS", default=[])
LANGUAGE_MODEL_SECONDS: int = env.int("LANGUAGE_MODEL_SECONDS", default=600)  # for one reading

# The audit trail's roots: a folder outside the database, best on another machine, and whom they are mailed to besides.
AUDIT_ROOTS_DIR = Path(env.str("AUDIT_ROOTS_DIR", default="") or VAR_DIR / "audit-roots")
AUDIT_ROOTS_MAIL: str = env.str("AUDIT_ROOTS_MAIL", default="")
# Whom alerts about security are mailed to besides the administrators who want them.
SECURITY_ALERTS_MAIL: str = env.str("SECURITY_ALERTS_MAIL", default="")

# Mail. Without EMAIL_URL each kind of settings says what becomes of it; Django's EMAIL_... settings follow from it.
EMAIL_URL: str = env.str("EMAIL_URL", default="")
EMAIL_TIMEOUT = 10  # seconds, for each step of the conversation with the server
MAIL_FROM_UNSET = "VectorBid Contracts <no-reply@localhost>"
DEFAULT_FROM_EMAIL: str = env.str("MAIL_FROM", default="") or MAIL_FROM_UNSET
SITE_URL: str = env.str("SITE_URL", default="")  # what links in mails begin with

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT: Path | None = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Uploads above this size go to a temporary file while they arrive, never to memory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
VALIDATION_MAXIMUM_BYTES = 32 * 1024 * 1024  # 10,000 pairings are some 8 MB

CSP_REPORTS_PATH = "/csp-reports/"  # what browsers tell of breaches: `config.reports`
# A script runs where the page's own nonce stands on it. No 'strict-dynamic': htmx would hand on its trust to what it swaps in.
CONTENT_SECURITY_POLICY: dict[str, dict[str, Any]] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "report-uri": [CSP_REPORTS_PATH],
        "report-to": ["csp"],
    },
}
# django-unfold evaluates Alpine expressions and writes style attributes: its pages, and only they, are allowed to.
ADMIN_CONTENT_SECURITY = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # else it would send `Access-Control-Allow-Origin: *` with static files

UNFOLD = {
    "SITE_TITLE": "VectorBid Contracts",
    "SITE_HEADER": "VectorBid Contracts",
    "SITE_SUBHEADER": "Approvers' desk",
    "SITE_URL": "/",
    "SITE_SYMBOL": "gavel",
    "COLORS": {
        "primary": {
            "50": "oklch(97% .013 250)",
            "100": "oklch(93.5% .03 250)",
            "200": "oklch(88% .058 250)",
            "300": "oklch(80% .095 250)",
            "400": "oklch(70.5% .13 250)",
            "500": "oklch(60% .145 250)",
            "600": "oklch(50% .135 250)",
            "700": "oklch(44% .12 250)",
            "800": "oklch(38% .1 250)",
            "900": "oklch(33% .08 250)",
            "950": "oklch(25% .06 250)",
        },
    },
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/favicon.svg"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "contracts.admin.inbox.dashboard",
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "config.admin.sidebar"},
}

LOGGING_CONFIG = "config.logging.configure"
LOGGING = logging_settings(level=env.str("LOG_LEVEL", default="INFO"))
