"""One's own record."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.permissions import IsPerson
from pilots.api.serializers import PilotChangesSerializer, PilotSerializer
from pilots.selectors import own_pilot
from pilots.services import pilot_update


class OwnPilotView(ApiView):
    """The caller's own pilot's record."""

    permission_classes = [IsPerson]

    @extend_schema(responses={200: PilotSerializer})
    def get(self, request: Request) -> Response:
        return Response(PilotSerializer(own_pilot(self.person)).data)

    @extend_schema(request=PilotChangesSerializer, responses={200: PilotSerializer})
    def patch(self, request: Request) -> Response:
        changes = self.body(PilotChangesSerializer)
        pilot = pilot_update(actor=self.person, pilot=own_pilot(self.person), changes=changes)
        return Response(PilotSerializer(pilot).data)
