"""What a reading finds besides rules: the terms that a document defines, and the places that it refers to.

Both are written anew by each reading, together with the pages.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from config.rows import Row, sets_updated_at
from contracts.extraction import DefinitionKind as Kind
from contracts.extraction import Resolution
from contracts.models.contracts import PilotContract


class DefinitionKind(models.TextChoices):
    MEANING = Kind.MEANING.value, "meaning"
    SHORT_NAME = Kind.SHORT_NAME.value, "short name"


class ReferenceResolution(models.TextChoices):
    FOUND = Resolution.FOUND.value, "in this document"
    LAW = Resolution.LAW.value, "14 CFR Part 117"
    OUTSIDE = Resolution.OUTSIDE.value, "outside this document"
    NOT_FOUND = Resolution.NOT_FOUND.value, "not found in this document"


class Passage(Row):
    """Abstract. Where something stands: `quote` is on `page` at `char_start` to `char_end` of the whole file's text.

    `box` is `[x0, y0, x1, y1]` in PDF points from the page's top left. `position` counts in the order of the document.
    """

    position = models.PositiveIntegerField(help_text="Order in the document.")
    citation = models.CharField(max_length=200, help_text="The item that it stands in.")
    page = models.PositiveIntegerField()
    box = ArrayField(models.FloatField(), size=4)
    quote = models.TextField()
    char_start = models.PositiveIntegerField()
    char_end = models.PositiveIntegerField()

    class Meta:
        abstract = True


def _has_place() -> Q:
    return Q(position__gt=0, page__gt=0, box__len=4, char_end__gt=F("char_start")) & ~Q(quote="")


class ContractDefinition(Passage):
    """One term that a contract defines, with its other names.

    `wording` is the document's own, on one line. `scope_citation` is the part that the definition holds for, "" for the
    whole document.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.CASCADE, related_name="definitions")
    term = models.CharField(max_length=200)
    aliases = ArrayField(models.CharField(max_length=200), default=list, db_default=[], blank=True)
    kind = models.CharField(max_length=20, choices=DefinitionKind)
    wording = models.TextField()
    scope_citation = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        db_table = "contract_definitions"
        ordering = ["contract", "term", "position"]
        indexes = [models.Index(fields=["contract", "term", "id"], name="contract_definitions_terms")]
        constraints = [
            models.UniqueConstraint(fields=["contract", "position"], name="contract_definitions_once"),
            models.CheckConstraint(condition=Q(kind__in=DefinitionKind.values), name="contract_definitions_kind_known"),
            models.CheckConstraint(condition=~Q(term="") & ~Q(wording=""), name="contract_definitions_whole"),
            models.CheckConstraint(condition=_has_place(), name="contract_definitions_place_whole"),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.term}: {self.citation}"


class ContractReference(Passage):
    """One place that a contract's text names: in the document, in the law, or somewhere else.

    `target` is how that place is cited; `target_page` is where it begins, if it is in this document. `law_section` is that
    of 14 CFR Part 117 ("117.25"), if one is named. The sentence that names it stands at `sentence_start` to
    `sentence_end` of the whole file's text.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.CASCADE, related_name="references")
    target = models.CharField(max_length=200)
    resolution = models.CharField(max_length=20, choices=ReferenceResolution)
    target_page = models.PositiveIntegerField(null=True, blank=True)
    law_section = models.CharField(max_length=10, blank=True, default="", db_default="")
    sentence_start = models.PositiveIntegerField()
    sentence_end = models.PositiveIntegerField()

    class Meta:
        db_table = "contract_references"
        ordering = ["contract", "position"]
        indexes = [
            models.Index(fields=["contract", "sentence_start", "sentence_end"], name="contract_references_sentence")
        ]
        constraints = [
            models.UniqueConstraint(fields=["contract", "position"], name="contract_references_once"),
            models.CheckConstraint(
                condition=Q(resolution__in=ReferenceResolution.values), name="contract_references_resolution_known"
            ),
            models.CheckConstraint(
                condition=Q(resolution=ReferenceResolution.FOUND, target_page__isnull=False, target_page__gt=0)
                | (~Q(resolution=ReferenceResolution.FOUND) & Q(target_page__isnull=True)),
                name="contract_references_found_has_page",
            ),
            models.CheckConstraint(
                condition=Q(resolution=ReferenceResolution.LAW) | Q(law_section=""),
                name="contract_references_law_has_section",
            ),
            models.CheckConstraint(condition=_has_place() & ~Q(target=""), name="contract_references_place_whole"),
            models.CheckConstraint(
                condition=Q(sentence_start__lte=F("char_start"), sentence_end__gt=F("char_start")),
                name="contract_references_in_sentence",
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.citation}: {self.target}"
