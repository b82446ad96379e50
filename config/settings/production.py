"""Production: every secret from the environment, HTTPS only, no demo, no token command."""

from config.mail import mail_settings
from config.settings.base import *  # noqa: F403 - Django settings modules extend one another this way
from config.settings.base import EMAIL_URL, SIMPLE_JWT, env

DEBUG = False
DEMO = False
SECRET_KEY = env.str("SECRET_KEY")
SIMPLE_JWT["SIGNING_KEY"] = env.str("JWT_SECRET_KEY")
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS")
PACK_SIGNING_KEYS = env.list("PACK_SIGNING_KEYS")
AUDIT_SIGNING_KEYS = env.list("AUDIT_SIGNING_KEYS")
# No default: with too few the callers' addresses are the proxies' own, with too many callers choose them.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT")

# Where it is missing, `accounts.checks` says so, and mails wait in the database.
if EMAIL_URL:
    vars().update(mail_settings(EMAIL_URL))

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
