from django.apps import AppConfig
from django.core.checks import register

from contracts.checks import documents_are_not_served, packs_can_be_signed


class ContractsConfig(AppConfig):
    name = "contracts"

    def ready(self) -> None:
        """Checks; and what lookups answer follows from the law and from airlines too."""
        from accounts.services.people import airline_changed
        from contracts.services.publication import publication_request
        from regulations.services import catalogue_changed

        register(packs_can_be_signed)
        register(documents_are_not_served)
        airline_changed.append(publication_request)
        catalogue_changed.append(publication_request)
