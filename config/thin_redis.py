"""A Redis connection for the few commands of the hot path: one socket a thread, one write and one read a round trip.

redis-py costs some 70 microseconds more a call; everything else goes through django-redis. hiredis reads the replies.
"""

import socket
import ssl
import struct
from urllib.parse import parse_qs, unquote, urlsplit

import hiredis

Reply = bytes | int | None | list["Reply"]
_PIECE = 65536
_PORT = 6379


class RedisUnavailable(Exception):
    """Redis does not answer, refuses, or says what this client does not understand."""


def command(*words: bytes) -> bytes:
    """One command as it goes over the wire."""
    return b"*%d\r\n" % len(words) + b"".join([b"$%d\r\n%b\r\n" % (len(word), word) for word in words])


class Connection:
    """One socket to the server that a Redis URL names. Broken once, it is thrown away.

    Raises:
        RedisUnavailable: from everything that it does.
    """

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        try:
            self._socket = _connected(url, timeout_seconds)
            self._reader = hiredis.Reader()
            self._greet(url)
            self.run_id = self._run_id()
        except OSError as error:
            raise RedisUnavailable(str(error)) from error

    def ask(self, wire: bytes, count: int) -> list[Reply]:
        """Send commands that are written out, and read as many replies. One that is an error raises."""
        try:
            self._socket.sendall(wire)
            return [self._reply() for _ in range(count)]
        except (OSError, hiredis.HiredisError) as error:
            raise RedisUnavailable(str(error)) from error
        except BaseException:
            self.close()  # replies that nobody has read would be taken for the next one's
            raise

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()

    def __del__(self) -> None:
        """The socket goes with the thread that kept it, or with the greeting that failed."""
        if hasattr(self, "_socket"):
            self.close()

    def _greet(self, url: str) -> None:
        parts = urlsplit(url)
        password = unquote(parts.password or "").encode()
        user = unquote(parts.username or "").encode()
        if password:
            self.ask(command(b"AUTH", *([user] if user else []), password), 1)
        if database := _database(url):
            self.ask(command(b"SELECT", database.encode()), 1)

    def _run_id(self) -> bytes:
        """What the server calls this life of its: another one after each start."""
        (said,) = self.ask(command(b"INFO", b"server"), 1)
        for line in said.splitlines() if isinstance(said, bytes) else []:
            if line.startswith(b"run_id:"):
                return line.removeprefix(b"run_id:").strip()
        raise RedisUnavailable("Redis does not say which server it is.")

    def _reply(self) -> Reply:
        while (reply := self._reader.gets()) is False:  # what has come is no whole reply; RESP2 has no other False
            piece = self._socket.recv(_PIECE)
            if not piece:
                raise RedisUnavailable("Redis closed the connection.")
            self._reader.feed(piece)
        if isinstance(reply, hiredis.ReplyError):
            raise RedisUnavailable(str(reply))
        found: Reply = reply
        return found


def _database(url: str) -> str:
    parts = urlsplit(url)
    asked = parse_qs(parts.query).get("db") or [parts.path.strip("/") if parts.scheme != "unix" else ""]
    return asked[0]


def _connected(url: str, timeout_seconds: float) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        found.settimeout(timeout_seconds)
        found.connect(unquote(parts.path))
    else:
        host = parts.hostname or "127.0.0.1"
        found = socket.create_connection((host, parts.port or _PORT), timeout=timeout_seconds)
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if parts.scheme == "rediss":
            found = ssl.create_default_context().wrap_socket(found, server_hostname=host)
    _limit(found, timeout_seconds)
    return found


def _limit(connected: socket.socket, seconds: float) -> None:
    """Have the system watch the time: Python would ask it before each call whether the socket is ready."""
    limit = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
    connected.settimeout(None)
    for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        connected.setsockopt(socket.SOL_SOCKET, direction, limit)
