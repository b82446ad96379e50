"""Django REST framework as its tutorial has it: a ModelSerializer, a ReadOnlyModelViewSet, simplejwt, the usual middleware."""

import os
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.peers.stock_settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.urls import include, path
from rest_framework import routers, serializers, viewsets
from rest_framework_simplejwt.authentication import JWTStatelessUserAuthentication

from contracts.models import ContractRule
from pilots.models import Pilot
from regulations.models import RegulatoryRule


class RuleSerializer(serializers.ModelSerializer[ContractRule]):
    class Meta:
        model = ContractRule
        fields = "__all__"


class LawSerializer(serializers.ModelSerializer[RegulatoryRule]):
    class Meta:
        model = RegulatoryRule
        fields = "__all__"


class PilotSerializer(serializers.ModelSerializer[Pilot]):
    rules: Any = serializers.SerializerMethodField()

    class Meta:
        model = Pilot
        fields = ["pilot_id", "airline", "rules"]

    def get_rules(self, pilot: Pilot) -> list[Any]:
        rules = ContractRule.objects.filter(contract__airline=pilot.airline, contract__status="active")
        law = RegulatoryRule.objects.filter(is_active=True)
        return [*RuleSerializer(rules, many=True).data, *LawSerializer(law, many=True).data]


class PilotViewSet(viewsets.ReadOnlyModelViewSet[Pilot]):
    queryset = Pilot.objects.all()
    serializer_class = PilotSerializer
    lookup_field = "pilot_id"
    authentication_classes = [JWTStatelessUserAuthentication]


router = routers.DefaultRouter()
router.register("pilots", PilotViewSet)
urlpatterns = [path("api/v1/", include(router.urls))]
