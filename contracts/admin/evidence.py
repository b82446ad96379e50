"""The evidence of a contract at the desk: one button, one file."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from audit.roots import BadRoot
from config.admin import sentences_of
from config.errors import NotAllowed
from contracts.admin.decisions import status_of
from contracts.admin.desk import person, seen_contract
from contracts.services.evidence import evidence_export


def evidence_post(request: HttpRequest, contract_id: UUID) -> HttpResponse | FileResponse:
    """The bundle as a download; back to the history where it cannot be had."""
    contract = seen_contract(request, contract_id)
    history = reverse("admin:contracts_pilotcontract_history", args=[contract.pk])
    if request.method != "POST":
        return HttpResponseRedirect(history)
    try:
        bundle = evidence_export(actor=person(request), contract_id=contract.pk)
    except NotAllowed as refusal:
        return HttpResponse(" ".join(sentences_of(refusal)), status=status_of(refusal), content_type="text/plain")
    except BadRoot as fault:
        messages.error(request, f"No evidence was made: {fault} See docs/audit.md.")
        return HttpResponseRedirect(history)
    return FileResponse(
        bundle, as_attachment=True, filename=f"evidence-{contract.pk}.zip", content_type="application/zip"
    )
