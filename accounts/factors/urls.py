"""Pages for second factors."""

from django.urls import path

from accounts.factors import views

urlpatterns = [
    path("account/second-factor/", views.overview, name="second_factor"),
    path("account/second-factor/app/begin/", views.app_begin, name="second_factor_app_begin"),
    path("account/second-factor/app/", views.app, name="second_factor_app"),
    path("account/second-factor/app/remove/", views.app_remove, name="second_factor_app_remove"),
    path("account/second-factor/passkeys/", views.passkey_add, name="passkey_add"),
    path("account/second-factor/passkeys/<uuid:passkey_id>/remove/", views.passkey_remove, name="passkey_remove"),
    path("account/second-factor/codes/", views.codes_renew, name="recovery_codes_renew"),
    path("account/confirm/", views.confirm, name="confirm"),
    path("login/second-factor/", views.step, name="second_factor_step"),
]
