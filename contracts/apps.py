from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"

    def ready(self) -> None:
        """What lookups answer follows from the law and from airlines too."""
        from accounts.services.people import airline_changed
        from contracts.services.publication import publication_request
        from regulations.services import catalogue_changed

        airline_changed.append(publication_request)
        catalogue_changed.append(publication_request)
