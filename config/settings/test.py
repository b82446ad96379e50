"""The test suite: test servers of its own (tests/conftest.py starts them before Django loads), the same SQL and broker."""

import os
import tempfile
from pathlib import Path

from config.settings.base import *  # noqa: F403 - Django settings modules extend one another this way
from config.settings.base import CACHES, DATABASE_OWNER, DATABASES, INSTALLED_APPS, SERVING_ROLE, SIMPLE_JWT, env

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
# Tests sign on as the owner, who may empty tables between them, and become the role that serves.
DATABASES["default"] = {
    **DATABASE_OWNER,
    "OPTIONS": {**DATABASE_OWNER["OPTIONS"], "assume_role": SERVING_ROLE},
}
DEBUG = False
DEMO = True
ALLOWED_HOSTS = ["*"]
SECRET_KEY = env.str("SECRET_KEY", default="") or "only-for-tests-" + "0" * 50
SIMPLE_JWT["SIGNING_KEY"] = env.str("JWT_SECRET_KEY", default="") or "only-for-tests-" + "1" * 50
CREDENTIAL_KEYS = [f"test:{'A' * 43}="]
PACK_SIGNING_KEYS = [f"{'A' * 43}="]
AUDIT_SIGNING_KEYS = [f"{'B' * 43}="]
AUDIT_ROOTS_DIR = Path(tempfile.mkdtemp(prefix="vectorbid-test-roots-"))
LOCAL_LANGUAGE_MODELS = True
SECOND_FACTOR_REQUIRED = SECOND_FACTOR_REQUIRED_OF_EVERYBODY = False  # tests of it turn it on
DATA_EXPORTS_DIR = Path(tempfile.mkdtemp(prefix="vectorbid-test-exports-"))
DOCUMENTS_DIR = Path(tempfile.mkdtemp(prefix="vectorbid-test-documents-"))
# Workers of one test run share a Redis: each has keys of its own.
CACHES["default"]["KEY_PREFIX"] = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
SITE_URL = "https://contracts.test"
DEFAULT_FROM_EMAIL = "VectorBid Contracts <contracts@contracts.test>"
PASSWORD_HASHERS = ["tests.hashing.QuickBcrypt"]  # thousands of sign-ins
AXES_ENABLED = False  # the lockout has tests of its own that turn it on
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
USAGE_HANDOVER_SECONDS = 0  # tests hand over when they look
