from django.apps import AppConfig
from django.core.checks import register

from accounts.checks import mail_can_be_sent


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        register(mail_can_be_sent)
