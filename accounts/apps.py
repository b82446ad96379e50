from django.apps import AppConfig
from django.core.checks import register


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Models are there only now.
        from accounts.checks import keys_are_long_enough, mail_can_be_sent
        from accounts.privacy.registry import register as share
        from accounts.privacy.share import SHARE
        from accounts.web_sessions import watch

        register(mail_can_be_sent)
        register(keys_are_long_enough)
        share("accounts", SHARE)
        watch()
