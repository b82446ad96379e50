"""`/api/v1/docs/`: the API's reference as pages of the site."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.api.reference import by_tag, introduction, references, shape


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every operation, by tag."""
    return render(request, "api/index.html", {"about": introduction(), "tags": list(by_tag())})


@require_safe
def operation(request: HttpRequest, operation_id: str) -> HttpResponse:
    """One operation: who may, what is sent, all that can be answered, and examples."""
    found = references().get(operation_id)
    if found is None:
        raise Http404
    return render(request, "api/operation.html", {"operation": found})


@require_safe
def component(request: HttpRequest, name: str) -> HttpResponse:
    """One shape that operations refer to."""
    found = shape(name)
    if found is None:
        raise Http404
    about, members, schema = found
    return render(request, "api/shape.html", {"name": name, "about": about, "members": members, "schema": schema})
