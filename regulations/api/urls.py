from django.urls import path

from regulations.api import views

urlpatterns = [
    path("regulations/rules/", views.RuleListView.as_view(), name="regulations-rules"),
    path("regulations/rules/<slug:rule_id>/", views.RuleDetailView.as_view(), name="regulations-rule"),
    path("regulations/limits/", views.LimitsView.as_view(), name="regulations-limits"),
    path("regulations/evaluate/", views.EvaluateView.as_view(), name="regulations-evaluate"),
]
