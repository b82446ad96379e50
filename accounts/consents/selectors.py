"""Reads of consents."""

from django.db.models import QuerySet

from accounts.consents.documents import Text, current_texts
from accounts.consents.models import Consent
from accounts.models import User
from config.door import as_product


def consents_of(person: User) -> QuerySet[Consent]:
    """Everything that he agreed to or took back, the latest first. Each reads his own."""
    return Consent.objects.filter(person=person)


@as_product("what is owed is asked while somebody signs in")
def in_force(person: User) -> list[Consent]:
    """What he agrees to now, one row a document at most. One query."""
    last = consents_of(person).order_by("document", "-id").distinct("document")
    return [consent for consent in last if consent.is_given]


@as_product("what is owed is asked while somebody signs in")
def owed_texts(person: User) -> list[Text]:
    """The texts that he is to be asked about: those whose last version he has not agreed to. One query."""
    given = {(consent.document, consent.text_sha256) for consent in in_force(person)}
    return [text for text in current_texts() if (text.document.value, text.sha256) not in given]
