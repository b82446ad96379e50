"""Which class speaks which provider's protocol."""

from collections.abc import Callable

from contracts.language_models.anthropic import Anthropic
from contracts.language_models.bedrock import Bedrock
from contracts.language_models.interface import LanguageModel, Provider
from contracts.language_models.openai_compatible import OpenAICompatible
from contracts.language_models.transport import Transport

_CLASSES: dict[Provider, Callable[[Transport, str, str, str], LanguageModel]] = {
    Provider.OPENAI_COMPATIBLE: OpenAICompatible,
    Provider.ANTHROPIC: Anthropic,
    Provider.BEDROCK: Bedrock,
}


def model_at(provider: Provider, *, transport: Transport, address: str, model_name: str, key: str) -> LanguageModel:
    """The model of that name at an address that `checked_address` has let through."""
    return _CLASSES[provider](transport, address, model_name, key)
