"""`make run` and `manage.py` on one's own machine: demo logins, secrets made once and kept under `var/`."""

from config.local_secrets import kept_encryption_key, kept_secret
from config.mail import mail_settings
from config.settings.base import *  # noqa: F403 - Django settings modules extend one another this way
from config.settings.base import EMAIL_URL, SIMPLE_JWT, SITE_URL, VAR_DIR, env

DEBUG = env.bool("DEBUG", default=False)
DEMO = True
# The demo's logins have a password each and no more; one sign-in is enough for a day.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=False)
REAUTHENTICATION_SECONDS = int(env.str("REAUTHENTICATION_SECONDS", default="") or 24 * 3600)
SESSION_IDLE_MINUTES = int(env.str("SESSION_IDLE_MINUTES", default="") or 24 * 60)
STAFF_SESSION_IDLE_MINUTES = int(env.str("STAFF_SESSION_IDLE_MINUTES", default="") or 24 * 60)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(VAR_DIR / "secrets" / "django")
SIMPLE_JWT["SIGNING_KEY"] = env.str("JWT_SECRET_KEY", default="") or kept_secret(VAR_DIR / "secrets" / "jwt")
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS", default=[]) or [
    f"local:{kept_encryption_key(VAR_DIR / 'secrets' / 'credentials')}"
]
PACK_SIGNING_KEYS = env.list("PACK_SIGNING_KEYS", default=[]) or [kept_encryption_key(VAR_DIR / "secrets" / "packs")]
AUDIT_SIGNING_KEYS = env.list("AUDIT_SIGNING_KEYS", default=[]) or [kept_encryption_key(VAR_DIR / "secrets" / "audit")]
LOCAL_LANGUAGE_MODELS = env.bool("LOCAL_LANGUAGE_MODELS", default=True)
LOCAL_WEBHOOKS = env.bool("LOCAL_WEBHOOKS", default=True)

# Without a mail server each mail is a file to look at.
EMAIL_URL = EMAIL_URL or f"file://{(VAR_DIR / 'mail').absolute()}"
vars().update(mail_settings(EMAIL_URL))
SITE_URL = SITE_URL or f"http://127.0.0.1:{env.str('PORT', default='') or '8000'}"

# Served straight from the apps' folders: no collectstatic before the first run.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
