from django.apps import AppConfig
from django.core.checks import register

from contracts.checks import packs_can_be_signed


class ContractsConfig(AppConfig):
    name = "contracts"

    def ready(self) -> None:
        register(packs_can_be_signed)
