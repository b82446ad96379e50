"""Who asks. No `repr` shows a secret or an address."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """A service client, as an administrator made it. The client gets itself new tokens before the old ones end."""

    client_id: str
    client_secret: str = field(repr=False)

    @property
    def identity(self) -> str:
        return f"client {self.client_id}"


@dataclass(frozen=True, slots=True)
class PersonCredentials:
    """A person's e-mail and password. `otp` answers the second factor's present code, where the account has one.

    Sessions are refreshed, and opened anew after they have ended.
    """

    email: str = field(repr=False)
    password: str = field(repr=False)
    otp: Callable[[], str] | None = field(default=None, repr=False)

    @property
    def identity(self) -> str:
        return f"person {self.email}"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that somebody else got. When it ends, requests fail with `NotAuthenticated`."""

    token: str = field(repr=False)

    @property
    def identity(self) -> str:
        return f"token {hashlib.sha256(self.token.encode()).hexdigest()}"


Credentials = ClientCredentials | PersonCredentials | AccessToken
