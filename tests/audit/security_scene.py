"""Requests as security events see them."""

from collections.abc import Iterator
from contextlib import contextmanager

from config import requests

HERE = "198.51.100.7"


@contextmanager
def request_from(address: str = HERE, agent: str = "Firefox") -> Iterator[None]:
    """What the block does is done by a request from that address."""
    with requests.answering({"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent}):
        yield
