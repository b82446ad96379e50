"""FastAPI and asyncpg, as one would write it without thought of speed: a few plain queries, dictionaries, a hash for the tag.

It checks the token and its client's row as the product does. Its own environment has no Django: `requirements-bench.in`.
"""

import hashlib
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import jwt
from fastapi import FastAPI, Header, HTTPException, Request, Response

CLIENT = """
SELECT k.id FROM service_clients k JOIN service_client_airlines s ON s.serviceclient_id = k.id
WHERE k.client_id = $1 AND k.is_active AND 'rules:read' = ANY(k.scopes) AND s.airline_id = $2
"""
PILOT = """
SELECT p.id, p.pilot_id, p.airline_id, a.code, n.contract_id
FROM pilots p JOIN airlines a ON a.id = p.airline_id
LEFT JOIN pilot_contract_assignments n ON n.pilot_id = p.id AND n.ended_at IS NULL
WHERE p.pilot_id = $1
"""
CONTRACT = """
SELECT id, contract_version, title, effective_date, expiration_date, document_sha256 FROM pilot_contracts
WHERE airline_id = $1 AND contract_type = 'cba' AND status = 'active' AND effective_date <= current_date
  AND (expiration_date IS NULL OR expiration_date >= current_date) AND ($2::uuid IS NULL OR id = $2)
"""
RULES = "SELECT * FROM contract_rules WHERE contract_id = $1 AND decision IN ('accepted', 'corrected') ORDER BY position, id"
LAW = "SELECT * FROM regulatory_rules WHERE is_active ORDER BY position, rule_id"
PREDICATE = ("metric", "operator", "value", "unit", "period")


async def _as_json(connection: Any) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BENCH_DSN"], min_size=4, max_size=8, init=_as_json) as pool:
        application.state.pool = pool
        yield


application = FastAPI(lifespan=lifespan)


@application.get("/api/v1/pilots/{pilot_id}/rules/")  # type: ignore[untyped-decorator] # its environment is another one
async def rules(
    pilot_id: str, request: Request, authorization: str = Header(), if_none_match: str | None = Header(None)
) -> Any:
    try:
        claims = jwt.decode(
            authorization.removeprefix("Bearer "),
            os.environ["BENCH_KEY"],
            algorithms=["HS256"],
            audience="vectorbid-contracts-api",
            issuer="vectorbid-contracts",
        )
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    async with request.app.state.pool.acquire() as connection:
        pilot = await connection.fetchrow(PILOT, pilot_id)
        if pilot is None or not await connection.fetchrow(CLIENT, claims["sub"], pilot["airline_id"]):
            raise HTTPException(404)
        contract = await connection.fetchrow(CONTRACT, pilot["airline_id"], pilot["contract_id"])
        found = [_rule(row, contract) for row in await connection.fetch(RULES, contract["id"])] if contract else []
        found += [_law(row) for row in await connection.fetch(LAW)]
    header = {name: contract[name] for name in list(contract.keys())[:5]} if contract else None
    answer = {"pilot_id": pilot_id, "airline": pilot["code"], "contract": header, "supplements": [], "rules": found}
    body = json.dumps(answer, default=str, separators=(",", ":"), ensure_ascii=False).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()}"'
    if if_none_match in {tag, "*"}:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type="application/json", headers={"ETag": tag})


def _rule(row: Any, contract: Any) -> dict[str, Any]:
    plain = ("id", "rule_id", "category", "title", "description", "rule_text", "citation", "is_hard_constraint")
    evidence = {name: row[name] for name in ("page", "box", "quote", "char_start", "char_end")}
    return {
        **{name: row[name] for name in plain},
        "source": "contract",
        "weight": float(row["weight"]),
        "applies_to": row["applies_to"],
        "parameters": row["parameters"],
        "predicate": {name: row[name] for name in PREDICATE} if row["metric"] else None,
        "effective_date": contract["effective_date"],
        "expiration_date": contract["expiration_date"],
        "parsing_confidence": row["parsing_confidence"],
        "evidence": {**evidence, "document_sha256": contract["document_sha256"]} if row["page"] else None,
        "contract_id": row["contract_id"],
    }


def _law(row: Any) -> dict[str, Any]:
    plain = ("id", "rule_id", "category", "title", "citation", "applies_to", "parameters", "effective_date")
    return {
        **{name: row[name] for name in plain},
        "source": "far117",
        "description": row["summary"],
        "rule_text": row["summary"],
        "is_hard_constraint": True,
        "weight": 1,
        "predicate": {name: row[name] for name in PREDICATE} if row["metric"] else None,
        "expiration_date": None,
        "parsing_confidence": 1,
        "evidence": None,
    }
