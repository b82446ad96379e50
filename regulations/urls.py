from django.urls import path

from regulations.views import law, limits, roster

app_name = "regulations"
urlpatterns = [
    path("regulations/", law.rule_list, name="list"),
    path("regulations/tables/", law.tables, name="tables"),
    path("regulations/limits/", limits.limits, name="limits"),
    path("regulations/roster/", roster.roster, name="roster"),
    path("regulations/roster/sample.csv", roster.sample, name="roster_sample"),
    path("regulations/<slug:rule_id>/", law.rule_detail, name="detail"),
]
