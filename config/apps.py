from django.apps import AppConfig
from django.core.checks import Tags, register

from config.checks import servers_are_asked_over_tls


class ProductConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        register(servers_are_asked_over_tls, Tags.security, deploy=True)
