from django.urls import path

from regulations import views

app_name = "regulations"
urlpatterns = [
    path("regulations/", views.rule_list, name="list"),
    path("regulations/tables/", views.tables, name="tables"),
    path("regulations/<slug:rule_id>/", views.rule_detail, name="detail"),
]
