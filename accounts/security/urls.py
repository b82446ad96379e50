"""Pages of security events."""

from django.urls import path

from accounts.security import views

app_name = "security"

urlpatterns = [
    path("", views.event_list, name="list"),
    path("close/", views.bulk_close, name="bulk"),
    path("<uuid:event_id>/", views.event_detail, name="detail"),
    path("<uuid:event_id>/take/", views.take, name="take"),
    path("<uuid:event_id>/release/", views.release, name="release"),
    path("<uuid:event_id>/comment/", views.comment, name="comment"),
    path("<uuid:event_id>/close/", views.close, name="close"),
    path("<uuid:event_id>/reopen/", views.reopen, name="reopen"),
]
