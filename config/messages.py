"""Messages to people between two pages, in a cookie that no other host can set."""

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    """Django's own under a name that browsers take over HTTPS alone, without a domain and for the whole site."""

    cookie_name = "__Host-messages"


class HostStorage(FallbackStorage):
    """In the cookie, and what does not fit into it in the session."""

    storage_classes = (HostCookieStorage, SessionStorage)
