"""Pages of the accounts app."""

from django.urls import include, path

from accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("notifications/", include("accounts.notifications.urls")),
    path("security/events/", include("accounts.security.urls")),
]
