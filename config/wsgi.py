"""The WSGI application that granian serves."""

import gc
import os
from functools import reduce

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

django = get_wsgi_application()
application = reduce(lambda behind, name: import_string(name)(behind), reversed(settings.WSGI_FRONT), django)

# What was made while starting stays for good: it is not looked through again. Beyond that, collecting seven times as seldom
# as by default costs less than it saves; much more seldom, single collections become long.
from config import urls  # noqa: E402, F401 - all views, before the line is drawn

gc.collect()
gc.freeze()
gc.set_threshold(5_000)
