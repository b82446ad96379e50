"""Authenticator apps of invented people."""

import pyotp

from accounts.factors import services
from accounts.factors.models import Authenticator
from accounts.models import User


class App:
    """Somebody's authenticator app, each of whose codes is of a later time than the one before."""

    def __init__(self, user: User) -> None:
        self.totp = pyotp.TOTP(services.authenticator_begin(actor=user))
        self.recovery = services.authenticator_confirm(actor=user, code=self.totp.now())
        self.user = user

    def code(self) -> str:
        Authenticator.objects.filter(user=self.user).update(last_step=0)
        return self.totp.now()
