from django.apps import AppConfig
from django.core.checks import register

from contracts.checks import documents_are_not_served, packs_can_be_signed


class ContractsConfig(AppConfig):
    name = "contracts"

    def ready(self) -> None:
        """Checks; what is held of people; and what lookups answer follows from the law and from airlines too."""
        from accounts.privacy.registry import register as share
        from accounts.services.people import airline_changed
        from contracts.privacy.share import SHARE
        from contracts.services.publication import publication_request
        from regulations.services import catalogue_changed

        share("contracts", SHARE)
        register(packs_can_be_signed)
        register(documents_are_not_served)
        airline_changed.append(publication_request)
        catalogue_changed.append(publication_request)
