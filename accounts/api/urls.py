"""Addresses under /api/v1/."""

from django.urls import path

from accounts.api import letters, notifications, privacy, views

urlpatterns = [
    path("auth/token/", views.TokenView.as_view(), name="token"),
    path("auth/refresh/", views.RefreshView.as_view(), name="token-refresh"),
    path("auth/revoke/", views.RevokeView.as_view(), name="token-revoke"),
    path("auth/client-token/", views.ClientTokenView.as_view(), name="client-token"),
    path("auth/sessions/", views.SessionListView.as_view(), name="session-list"),
    path("auth/sessions/<uuid:session_id>/", views.SessionView.as_view(), name="session"),
    path("auth/reauthenticate/", views.ReauthenticationView.as_view(), name="reauthentication"),
    path("auth/register/", letters.RegisterView.as_view(), name="registration"),
    path("auth/verify-email/", letters.VerifyEmailView.as_view(), name="email-verification"),
    path("auth/password-reset/", letters.PasswordResetView.as_view(), name="password-reset"),
    path("auth/password-reset/confirm/", letters.PasswordResetConfirmView.as_view(), name="password-reset-confirm"),
    path("auth/password/", letters.PasswordView.as_view(), name="password"),
    path("auth/email-change/", letters.EmailChangeView.as_view(), name="email-change"),
    path("auth/email-change/confirm/", letters.EmailChangeConfirmView.as_view(), name="email-change-confirm"),
    path("auth/data-exports/", privacy.DataExportListView.as_view(), name="data-export-list"),
    path("auth/data-exports/<uuid:export_id>/file/", privacy.DataExportFileView.as_view(), name="data-export-file"),
    path("airlines/", views.AirlineListView.as_view(), name="airline-list"),
    path("notifications/", notifications.NotificationListView.as_view(), name="notification-list"),
    path("notifications/read/", notifications.NotificationsReadView.as_view(), name="notifications-read"),
    path(
        "notifications/<uuid:notification_id>/read/",
        notifications.NotificationReadView.as_view(),
        name="notification-read",
    ),
]
