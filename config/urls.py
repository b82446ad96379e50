"""All addresses. Each app brings its own pages and its part of `/api/v1/`."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import reports, views
from config.api import reference_views
from config.api.schema_view import SchemaView

# The first ones are asked most often; no two match the same address.
api_v1: list[URLPattern | URLResolver] = [
    path("", include("contracts.api.urls")),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", reference_views.index, name="api-docs"),
    path("docs/operations/<slug:operation_id>/", reference_views.operation, name="api-operation"),
    path("docs/shapes/<slug:name>/", reference_views.component, name="api-shape"),
    path("", include("accounts.api.urls")),
    path("", include("pilots.api.urls")),
    path("", include("regulations.api.urls")),
]

urlpatterns = [
    path("api/v1/", include(api_v1)),
    path("health/", views.health, name="health"),
    path(settings.CSP_REPORTS_PATH.removeprefix("/"), reports.violations, name="csp-reports"),
    path("admin/", admin.site.urls),
    path("", include("audit.urls")),
    path("", include("accounts.urls")),
    path("", include("regulations.urls")),
    path("", include("contracts.urls")),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
