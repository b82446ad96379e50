"""Pages of notifications."""

from django.urls import path

from accounts.notifications import views

app_name = "notifications"

urlpatterns = [
    path("", views.notification_list, name="list"),
    path("read/", views.mark_all_read, name="mark_all_read"),
    path("preferences/", views.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("<uuid:notification_id>/read/", views.mark_read, name="mark_read"),
    path("<uuid:notification_id>/open/", views.open_target, name="open"),
]
