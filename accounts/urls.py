"""Pages of the accounts app."""

from django.urls import include, path

from accounts import account_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("account/", account_views.overview, name="account"),
    path("account/sessions/", account_views.session_list, name="session_list"),
    path("account/sessions/end-others/", account_views.sessions_end_others, name="sessions_end_others"),
    path("account/sessions/<uuid:session_id>/end/", account_views.session_end, name="session_end"),
    path("", include("accounts.letters.urls")),
    path("", include("accounts.consents.urls")),
    path("", include("accounts.factors.urls")),
    path("", include("accounts.privacy.urls")),
    path("notifications/", include("accounts.notifications.urls")),
    path("security/events/", include("accounts.security.urls")),
]
