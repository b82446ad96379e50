"""The mail server as one address, as the database and Redis have one. Needs no Django: settings read it."""

from urllib.parse import unquote, urlsplit

_BACKENDS = "django.core.mail.backends"
# By scheme: the port where none is named, and which of Django's settings asks for encryption.
_SERVERS: dict[str, tuple[int, str]] = {
    "smtp": (25, ""),
    "smtp+tls": (587, "EMAIL_USE_TLS"),
    "smtp+ssl": (465, "EMAIL_USE_SSL"),
}


def mail_settings(url: str) -> dict[str, object]:
    """Django's EMAIL_... settings for `smtp+tls://user:password@host:587`, `file:///folder` or `console:`.

    `smtp+tls` speaks plainly and changes to TLS, `smtp+ssl` is encrypted from the first byte; user and password are
    percent-encoded.

    Raises:
        ValueError: for another scheme, or a server without a name.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": f"{_BACKENDS}.filebased.EmailBackend", "EMAIL_FILE_PATH": unquote(parts.path)}
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{_BACKENDS}.console.EmailBackend"}
    if parts.scheme not in _SERVERS or not parts.hostname:
        raise ValueError("EMAIL_URL is not an address such as smtp+tls://user:password@mail.example:587.")
    port, encryption = _SERVERS[parts.scheme]
    return {
        "EMAIL_BACKEND": f"{_BACKENDS}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        **({encryption: True} if encryption else {}),
    }
