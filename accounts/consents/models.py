"""The log of what people agreed to."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.consents.documents import Document
from config.guards import Guard, kept


class Act(models.TextChoices):
    """What somebody did."""

    GIVEN = "given", "agreed"
    WITHDRAWN = "withdrawn", "withdrawn"


def _only_traces_go() -> Guard:
    """Nothing of a row changes but that an erased person's address and browser go."""
    return Guard(
        name="only_traces_go",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        func="""
            IF NEW.address IS NULL AND NEW.user_agent = ''
               AND to_jsonb(OLD) - '{address,user_agent}'::text[] = to_jsonb(NEW) - '{address,user_agent}'::text[]
               AND EXISTS (SELECT FROM users u WHERE u.id = OLD.person_id AND u.erased_at IS NOT NULL)
            THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'consents are kept as they are';
        """,
    )


class Consent(models.Model):
    """That one person agreed to one text, or took that back. Rows are added alone; the last one of a document is what holds.

    It outlives the account, whose key then names nobody. `at` is when the person said so: for registrations before there was an
    account.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="consents"
    )
    document = models.CharField(max_length=20, choices=Document)
    version = models.PositiveSmallIntegerField()
    text_sha256 = models.CharField(max_length=64)
    act = models.CharField(max_length=10, choices=Act)
    at = models.DateTimeField(default=timezone.now)
    address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=400, blank=True)

    class Meta:
        db_table = "consents"
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "document", "-id"], name="consents_person")]
        constraints = [
            models.CheckConstraint(condition=Q(document__in=Document.values), name="consents_document_known"),
            models.CheckConstraint(condition=Q(act__in=Act.values), name="consents_act_known"),
            models.CheckConstraint(condition=Q(version__gte=1), name="consents_version_positive"),
            models.CheckConstraint(condition=Q(text_sha256__regex=r"^[0-9a-f]{64}$"), name="consents_hash_form"),
        ]
        triggers = [*kept(name="append_only", what="consents", update=False), _only_traces_go()]

    def __str__(self) -> str:
        return f"{self.get_document_display()} {self.version}, {self.get_act_display()}"

    @property
    def is_given(self) -> bool:
        """Whether it is a yes."""
        return self.act == Act.GIVEN
