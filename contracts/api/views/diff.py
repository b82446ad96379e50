"""Comparing a contract with another one, with a kept revision, or with Part 117."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from config.api.pagination import CURSOR, PAGE_SIZE
from contracts.api import differences as shapes
from contracts.api.reading import visible_contract
from contracts.api.slices import Slices
from contracts.comparing import LAW, Side, other_side, side_for
from contracts.comparison.against_law import compare_with_law
from contracts.comparison.choosing import changes_shown, findings_shown
from contracts.comparison.differences import compare


class DiffView(ApiView):
    """Rule by rule: added, removed, changed and unchanged; or, against Part 117, which of the two limits binds."""

    query_serializer = shapes.DiffQuery

    @extend_schema(
        parameters=[
            shapes.DiffQuery,
            OpenApiParameter("cursor", OpenApiTypes.STR, description=CURSOR["description"]),
            OpenApiParameter("page_size", PAGE_SIZE["schema"], description=PAGE_SIZE["description"]),
        ],
        responses={
            200: PolymorphicProxySerializer(
                component_name="AnyDiff",
                serializers=[shapes.DiffSerializer, shapes.LawDiffSerializer],
                resource_type_field_name=None,
            )
        },
    )
    def get(self, request: Request, contract_id: UUID) -> Response:
        asked: dict[str, Any] = self.query
        contract = visible_contract(self.caller, contract_id)
        side = side_for(self.caller, contract, asked["revision"])
        if asked["against"] == LAW:
            return self._beside_law(side, asked)
        return self._beside(other_side(self.caller, asked["against"]), side, asked)

    def _beside(self, before: Side, after: Side, asked: dict[str, Any]) -> Response:
        comparison = compare(before.rules, after.rules)
        slices = Slices(self.request, digests=[before.digest, after.digest])
        sides = {"before": shapes.side_body(before), "after": shapes.side_body(after)}
        shown = slices.of(changes_shown(comparison.changes, asked["show"]))
        results = [shapes.change_body(change) for change in shown.rows]
        return Response({**shown.links, **sides, "summary": shapes.summary_body(comparison), "results": results})

    def _beside_law(self, side: Side, asked: dict[str, Any]) -> Response:
        findings: Sequence[Any] = compare_with_law(side.rules)
        slices = Slices(self.request, digests=[side.digest, LAW])
        shown = slices.of(findings_shown(findings, asked["show"]))
        head = {"contract": shapes.side_body(side), "law": shapes.law_body()}
        results = [shapes.finding_body(finding) for finding in shown.rows]
        return Response({**shown.links, **head, "summary": shapes.law_summary_body(findings), "results": results})
