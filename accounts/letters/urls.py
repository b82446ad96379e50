"""Pages for registering, lost passwords and other addresses."""

from django.urls import path, re_path

from accounts.letters import views

urlpatterns = [
    path("register/", views.register, name="register"),
    path("register/verify/<str:token>/", views.verify, name="register_verify"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("password-reset/", views.password_reset, name="password_reset"),
    path("password-reset/<str:token>/", views.password_reset_confirm, name="password_reset_confirm"),
    re_path(r"^mailed/(?P<what>register|password|email)/$", views.letter_sent, name="letter_sent"),
    path("account/password/", views.password_change, name="password_change"),
    path("account/email/", views.email_change, name="email_change"),
    path("email-change/<str:token>/", views.email_change_confirm, name="email_change_confirm"),
]
