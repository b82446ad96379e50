"""Production: every secret from the environment, HTTPS only, no demo, no token command.

It does not start with what `config.refusals` finds; the fault names each variable and how to mend it.
"""

from django.core.exceptions import ImproperlyConfigured

from config.mail import mail_settings
from config.refusals import unfit
from config.settings.base import *  # noqa: F403 - Django settings modules extend one another this way
from config.settings.base import CONTENT_SECURITY_POLICY, EMAIL_URL, SILENCED_SYSTEM_CHECKS, SIMPLE_JWT, env

if refusals := unfit(env.ENVIRON):
    raise ImproperlyConfigured("Production does not start:\n" + "\n".join(f"- {refusal}" for refusal in refusals))

DEBUG = False
DEMO = False
SERVING_ROLE_IS_BOUND = True
SECRET_KEY = env.str("SECRET_KEY")
SIMPLE_JWT["SIGNING_KEY"] = env.str("JWT_SECRET_KEY")
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS")
PACK_SIGNING_KEYS = env.list("PACK_SIGNING_KEYS")
AUDIT_SIGNING_KEYS = env.list("AUDIT_SIGNING_KEYS")

# Where it is missing, `accounts.checks` says so, and mails wait in the database.
if EMAIL_URL:
    vars().update(mail_settings(EMAIL_URL))

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Browsers' lists take the whole domain in, and give it back slowly: whoever shares it with plain HTTP says false.
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=True)
if not SECURE_HSTS_PRELOAD:
    SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked by what stands beside us, and holds nothing
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True
# `__Host-`: over HTTPS alone, for this host alone, for all of it. Nobody on a neighbouring host can set them.
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
DEVICE_COOKIE_NAME = "__Host-known_device"
MESSAGE_STORAGE = "config.messages.HostStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
