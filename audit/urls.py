"""The trail's own address."""

from django.urls import path

from audit import views

urlpatterns = [path(".well-known/audit-keys.json", views.jwk_set, name="audit_keys")]
