from django.apps import AppConfig


class PilotsConfig(AppConfig):
    name = "pilots"

    def ready(self) -> None:
        # Models are there only now.
        from accounts.privacy.registry import register
        from pilots.privacy import SHARE

        register("pilots", SHARE)
