from django.apps import AppConfig
from django.core.checks import register


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Models are there only now.
        from accounts.checks import (
            breached_passwords_can_be_asked,
            idle_limits_are_limits,
            keys_are_long_enough,
            mail_can_be_sent,
        )
        from accounts.web_sessions import watch

        register(mail_can_be_sent)
        register(keys_are_long_enough)
        register(idle_limits_are_limits)
        register(breached_passwords_can_be_asked)
        watch()
