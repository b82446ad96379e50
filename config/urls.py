"""All addresses. Each app brings its own pages and its part of `/api/v1/`."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from config import views

# The first ones are asked most often; no two match the same address.
api_v1: list[URLPattern | URLResolver] = [
    path("", include("contracts.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("", include("accounts.api.urls")),
    path("", include("pilots.api.urls")),
    path("", include("regulations.api.urls")),
]

urlpatterns = [
    path("api/v1/", include(api_v1)),
    path("health/", views.health, name="health"),
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
