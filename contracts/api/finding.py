"""Shapes of what a search finds. Text comes in segments, marked or not, and never holds markup of ours."""

from typing import Any

from rest_framework import serializers

from config.search.asking import Match
from contracts.api.serializers import AnyRuleSerializer
from contracts.models import ContractRule, ContractType
from contracts.publication.rules import law_body, rule_body
from contracts.search_selectors import FoundRule, SearchedRule

MATCHES = [(Match.WORDS.value, "as typed"), (Match.SPELLING.value, "by known words for those that stand nowhere")]


class SegmentSerializer(serializers.Serializer[Any]):
    """A piece of a text as it was written: joined, they are the text. Show it as text: it is not HTML."""

    text = serializers.CharField(trim_whitespace=False)
    hit = serializers.BooleanField(help_text="Whether it is what was asked for.")


class InsteadSerializer(serializers.Serializer[Any]):
    """A word that stands nowhere in what is searched, and those that were taken for it."""

    typed = serializers.CharField()
    taken = serializers.ListField(
        child=serializers.CharField(),
        help_text="Words of these results, the nearest to the typed one first.",
    )


INSTEAD = "With `match` `spelling`: which words were taken for others. Else empty."


class FoundSerializer(serializers.Serializer[Any]):
    """How it was found, and where."""

    match = serializers.ChoiceField(
        source="rule.match", choices=MATCHES, help_text="`spelling`: nothing holds the words as they were typed."
    )
    rank = serializers.FloatField(source="rule.rank", min_value=0, max_value=1)
    instead = InsteadSerializer(many=True, help_text=INSTEAD)
    title = SegmentSerializer(many=True)
    citation = SegmentSerializer(many=True)
    snippet = SegmentSerializer(many=True, help_text="The part of the rule's text with the most hits.")


class SearchedRuleSerializer(AnyRuleSerializer):
    """A rule of a contract or of the law; `found` stands there with `q` alone."""

    found = FoundSerializer(required=False)

    def to_representation(self, instance: FoundRule | SearchedRule) -> dict[str, object]:
        if not isinstance(instance, FoundRule):
            return _body(instance)
        return {**_body(instance.rule), "found": FoundSerializer(instance).data}


class TextContractSerializer(serializers.Serializer[Any]):
    """The contract whose document it is."""

    id = serializers.UUIDField()
    airline = serializers.CharField(source="airline.code")
    contract_type = serializers.ChoiceField(choices=ContractType.choices)
    contract_version = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField()


class TextSerializer(serializers.Serializer[Any]):
    """A page of a document that holds what was asked for."""

    contract = TextContractSerializer(source="page.contract")
    page = serializers.IntegerField(source="page.number", min_value=1)
    match = serializers.ChoiceField(source="page.match", choices=MATCHES)
    rank = serializers.FloatField(source="page.rank", min_value=0, max_value=1)
    instead = InsteadSerializer(many=True, help_text=INSTEAD)
    snippet = SegmentSerializer(many=True)


def _body(rule: SearchedRule) -> dict[str, object]:
    return rule_body(rule) if isinstance(rule, ContractRule) else law_body(rule)
