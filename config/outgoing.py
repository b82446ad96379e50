"""Which hosts this installation may ask of its own accord: those of `OUTGOING_HOSTS`, or any where that is empty."""

from django.conf import settings

from config.addresses import Hosts


def outgoing_hosts() -> Hosts:
    """For whoever connects to addresses that people and programs name: webhooks, language models, breached passwords."""
    return Hosts.of(settings.OUTGOING_HOSTS)
