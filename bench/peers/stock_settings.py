"""The product's models and database under the framework's defaults."""

from config.settings.local import *  # noqa: F403 - as every Django settings module that extends another
from config.settings.local import REST_FRAMEWORK, SIMPLE_JWT

ROOT_URLCONF = "bench.peers.stock"
LOGGING_CONFIG = None  # type: ignore[assignment] # Django takes it for: configure nothing
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
REST_FRAMEWORK.clear()
SIMPLE_JWT["AUTH_TOKEN_CLASSES"] = ("rest_framework_simplejwt.tokens.AccessToken",)
