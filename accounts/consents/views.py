"""Pages of the texts, of agreeing to them, and of what one agreed to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.account_views import person_of
from accounts.consents.documents import text_of
from accounts.consents.forms import ConsentForm
from accounts.consents.gate import OWED
from accounts.consents.selectors import consents_of, in_force, owed_texts
from accounts.consents.services import consent_withdraw, consents_give
from accounts.factors.gate import next_of
from config.cursors import page_after
from config.errors import NotFoundForActor

PAGE_SIZE = 25


@require_safe
def legal_text(request: HttpRequest, document: str, version: int | None = None) -> HttpResponse:
    """A text as it is, or as it was in one of its versions."""
    text = text_of(document, version)
    if text is None:
        raise Http404
    return render(request, "accounts/consents/text.html", {"text": text, "last": text_of(document)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def consent(request: HttpRequest) -> HttpResponse:
    """The texts that one has not agreed to yet: agree, or sign out."""
    person = person_of(request)
    texts = owed_texts(person)
    form = ConsentForm(request.POST or None, texts=texts)
    onward = next_of(request, "home")
    if texts and form.is_bound and form.is_valid():
        try:
            consents_give(actor=person, shown=form.cleaned_data["shown"])
            texts = []
        except ValidationError as refusal:
            form.take_faults(refusal.message_dict)
    if not texts:
        request.session.pop(OWED, None)
        return redirect(onward)
    return render(request, "accounts/consents/consent.html", {"form": form, "texts": texts, "next": onward})


@require_safe
@never_cache
@login_required
def consent_list(request: HttpRequest) -> HttpResponse:
    """What one agreed to and took back, the latest first."""
    person = person_of(request)
    page = page_after(consents_of(person), ("-id",), request.GET.get("after", ""), PAGE_SIZE)
    return render(request, "accounts/consents/list.html", {"page": page, "in_force": in_force(person)})


@require_POST
@login_required
def withdraw(request: HttpRequest, document: str) -> HttpResponse:
    """Take a consent back, which signs one out everywhere."""
    try:
        consent_withdraw(actor=person_of(request), document=document)
    except NotFoundForActor:
        messages.info(request, "You had not agreed to that, or took it back before.")
        return redirect("consent_list")
    return redirect("login")
