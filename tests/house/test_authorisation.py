"""Who may do what, tried on every route there is: nobody without a token, and nobody in what is another's.

The routes come from each service's OpenAPI, the rows from a real team in service. A stranger has one role, all of it
elsewhere: another province, another unit, another person. Whatever such a token can do is listed here.
"""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
import sqlalchemy as sa

from shared.actor import ROLES, Actor
from shared.service import SERVICES
from shared.spreadsheet import XLSX
from tests.journeys.one_team import open_stage
from tests.orders.factories import order_body
from tests.teams.factories import done

Route = tuple[str, str, dict[str, Any]]

STRANGE_UNIT = "11510000000000999R"
FOR_ALL = {
    "GET /v1/rounds",
    "GET /v1/rounds/{round_id}",
    "GET /v1/rounds/{round_id}/history",
    "GET /v1/orders",
    "GET /v1/orders/{order_id}",
    "GET /v1/orders/{order_id}/history",
    "GET /v1/orders/{order_id}/timeline",
    "GET /v1/orders/{order_id}/form",
    "GET /v1/orders/export",
    "GET /v1/rounds/{round_id}/orders/template",
    "GET /v1/calendars",
    "GET /v1/calendars/{year}",
    "GET /v1/clock",
    "POST /v1/filters",
    "GET /v1/rounds/{round_id}/coverage",
    "GET /v1/rounds/{round_id}/coverage/export",
    "GET /v1/rounds/{round_id}/waiting",
    "GET /v1/rounds/{round_id}/actions",
    "GET /v1/rounds/{round_id}/actions/{action_id}",
    "GET /v1/rounds/{round_id}/actions/{action_id}/history",
    "GET /v1/rounds/{round_id}/progress",
    "GET /v1/subjects",
    "GET /v1/people/template",
    "GET /v1/rounds/{round_id}/quotas",
    "GET /v1/reminders",
    "POST /v1/reminders",
    "POST /v1/reminders/calendar",
}
"""Rounds with their quotas, published orders (without the liaison's phone), empty forms, calendars and the time of day
are no secret; filters and reminders are kept for everybody."""
OWN = {
    "bureau": {
        "POST /v1/rounds",
        "POST /v1/people",
        "GET /v1/people",
        "GET /v1/people/{person_id}",
        "GET /v1/people/{person_id}/history",
        "GET /v1/people/export",
        "GET /v1/people/{person_id}/orders",
        "PATCH /v1/people/{person_id}",
        "PUT /v1/people/{person_id}/availability",
        "POST /v1/people/{person_id}/credentials",
        "GET /v1/credentials",
        "GET /v1/credentials/{credential_id}",
        "GET /v1/credentials/{credential_id}/history",
        "POST /v1/credentials/{credential_id}/verify",
        "POST /v1/credentials/{credential_id}/refuse",
        "POST /v1/cases",
        "PUT /v1/calendars/{year}",
        "GET /v1/ledger/verify",
    },
    "district": {"POST /v1/cases"},
    "unit": {"POST /v1/cases"},
    "expert": {"GET /v1/people", "GET /v1/people/{person_id}", "GET /v1/people/{person_id}/history"},
    "finance_maker": {"GET /v1/ledger/verify", "GET /v1/bank-templates", "POST /v1/paying-accounts"},
    "finance_checker": {"GET /v1/bank-templates", "GET /v1/ledger/verify"},
    "supervisor": {"GET /v1/ledger/verify"},
    "department": {"GET /v1/ledger/verify"},
    "operator": {
        "GET /v1/status",
        "GET /v1/parked",
        "POST /v1/clock",
        "POST /v1/parked/retry",
        "GET /v1/ledger/verify",
    },
    "service": {"GET /v1/status", "POST /v1/clock"},
}
"""What a role may do that touches nobody else: draft a round of its own province, look for team members, operate."""

TABLES = {
    "summary_id": "summaries",
    "person_id": "people",
    "entry_id": "entries",
    "batch_id": "batches",
    "item_id": "outstanding_items",
    "template_id": "bank_templates",
    "assessment_id": "assessments",
}


def routes(app: Any) -> list[Route]:
    found = []
    for path, methods in app.openapi()["paths"].items():
        found += [
            (method.upper(), path, operation)
            for method, operation in methods.items()
            if not path.startswith(("/public/", "/dev/", "/v1/divisions"))
        ]
    return found


def sample(schema: dict[str, Any], shapes: dict[str, Any]) -> Any:
    """The smallest value that the schema takes: required fields only."""
    if "$ref" in schema:
        return sample(shapes[schema["$ref"].rpartition("/")[2]], shapes)
    if options := schema.get("anyOf") or schema.get("allOf"):
        return sample(options[0], shapes)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if kind == "object":
        return {name: sample(schema["properties"][name], shapes) for name in schema.get("required", ())}
    if kind == "array":
        return [sample(schema["items"], shapes)] * schema.get("minItems", 0)
    if kind == "string":
        formats = {"uuid": str(uuid4()), "date": "2020-12-31", "date-time": "2030-01-01T00:00:00+08:00"}
        patterns = {"^[0-9]{12}$": "510000000000", "^[0-9]{6,12}$": "510000"}
        return formats.get(schema.get("format", "")) or patterns.get(schema.get("pattern", "")) or "A1"
    return {"integer": max(2021, schema.get("minimum", 0)), "number": 1, "boolean": True}.get(kind or "")


def body_of(operation: dict[str, Any], app: Any) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return {"files": {"file": ("x.xlsx", b"no workbook")}} if content else {}
    return {"json": sample(content["application/json"]["schema"], app.openapi()["components"]["schemas"])}


async def a_row(database: Any, parameter: str) -> tuple[str, int]:
    """Id and version of somebody else's row of this kind; of none when the service has none yet."""
    noun = parameter.removesuffix("_id")
    tables = [TABLES.get(parameter, f"{noun}s"), f"known_{noun}s"]
    async with database.reading() as session:
        for table in tables:
            if (await session.execute(sa.text("select to_regclass(:name)"), {"name": table})).scalar() is None:
                continue
            row = (
                (await session.execute(sa.select(sa.text("*")).select_from(sa.table(table)).limit(1)))
                .mappings()
                .first()
            )
            if row is not None:
                return str(row["id"]), int(row.get("version", 1))
    return str(uuid4()), 1


def parameters(route: Route) -> list[str]:
    return [p["name"] for p in route[2].get("parameters", ()) if p["in"] == "path"]


async def ask(client: Any, route: Route, app: Any, database: Any, known: dict[str, str] | None = None) -> Any:
    """The answer to the smallest request of this route, about the rows that are ``known``, else any of their kind."""
    method, path, operation = route
    known = {"year": "2021"} | (known or {})
    version = 1
    for parameter in parameters(route):
        key, version = (known[parameter], 1) if parameter in known else await a_row(database, parameter)
        path = path.replace("{" + parameter + "}", key)
    trial = {
        "params": {"format": "csv"} if path.endswith("/export") else {} if method == "GET" else {"dry_run": "true"}
    }
    return await client.request(method, path, headers={"If-Match": f'"{version}"'}, **trial, **body_of(operation, app))


def harmless(answer: Any) -> bool:
    """Nothing shown and nothing done: an empty list, a file with nothing but its head, or a bulk step in which no row went through."""
    if answer.headers["content-type"] == XLSX:
        return openpyxl.load_workbook(io.BytesIO(answer.content)).active.max_row == 1
    if answer.headers.get("content-type", "").startswith("text/csv"):
        return len(answer.text.splitlines()) == 1
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return False
    body = answer.json()
    rows = body.get("items", body.get("results")) if isinstance(body, dict) else body
    return isinstance(rows, list) and not any(row.get("ok", True) for row in rows)


@pytest.fixture
async def stage(system: Any) -> Any:
    """A team in service with its award, payee, notice, cycle and assessment."""
    stage = await open_stage(system)
    roster = await stage.world.shortlisted()
    await stage.serving(roster)
    round_id = str(stage.world.round_id)
    cycle = await stage.ask("assessment", "POST", "/v1/cycles", json={"round_id": round_id, "year": 2020})
    await stage.ask("assessment", "POST", f"/v1/cycles/{cycle['id']}/collect")
    account = {"unit_name": "单位", "bank_name": "银行", "bank_code": "102653000011", "account": "6222000011112222"}
    unit = Actor(id="unit-of-team", roles=frozenset({"unit"}), unit="12500000743408730K")
    await done(await system.api(unit, "funding").post("/v1/payees", json={"unit_code": unit.unit, **account}), 201)
    return stage


async def test_without_a_token_every_route_that_is_not_public_answers_401(system: Any, stage: Any) -> None:
    found = []
    for name in SERVICES:
        app, database = system.apps[name], system.members[name].database
        for route in routes(app):
            answer = await ask(system.api(None, name), route, app, database)
            if answer.status_code != 401 or "problem+json" not in answer.headers["content-type"]:
                found.append(f"{name} {route[0]} {route[1]}: {answer.status_code}")
    assert not found, "\n".join(found)


def stranger(role: str, division: str = "510000000000") -> Actor:
    """One role, all of it elsewhere."""
    elsewhere = {"division": division, "unit": STRANGE_UNIT, "person": str(uuid4())}
    return Actor(id=f"strange-{role}", roles=frozenset({role}), **elsewhere)


@pytest.mark.parametrize("division", ["510000000000", ""])
async def test_a_stranger_neither_sees_nor_moves_what_is_anothers(system: Any, stage: Any, division: str) -> None:
    """Of another province, or of none."""
    found = []
    for name in SERVICES:
        app, database = system.apps[name], system.members[name].database
        for role in ROLES:
            client = system.api(stranger(role, division), name)
            for route in routes(app):
                here = f"{route[0]} {route[1]}"
                answer = await ask(client, route, app, database)
                status = answer.status_code
                free = here in FOR_ALL or here in OWN.get(role, ()) or (status < 300 and harmless(answer))
                if status >= 500 or (status < 300 and not free):
                    found.append(f"{name} {here} as {role}: {status}")
    assert not found, "\n".join(found)
    assert await system.waiting() == []


async def test_a_strangers_published_order_has_no_phone(system: Any, stage: Any) -> None:
    order = await done(await system.api(stranger("expert"), "orders").get(f"/v1/orders/{stage.world.order_id}"))
    assert (order["liaison_phone"], order["actions"]) == (None, [])


async def test_what_is_hidden_answers_like_what_is_not_there(system: Any, stage: Any) -> None:
    """Never 403 for a row that this caller may not read, where an unknown id answers 404: it would tell them apart."""
    hidden = {"order_id": await a_draft(system, stage)}
    found = []
    for name in SERVICES:
        app, database = system.apps[name], system.members[name].database
        for role in ROLES:
            client = system.api(stranger(role), name)
            for route in routes(app):
                if "_id}" not in route[1] or (await ask(client, route, app, database, hidden)).status_code != 403:
                    continue
                nowhere = await ask(client, route, app, database, {p: str(uuid4()) for p in parameters(route)})
                if nowhere.status_code == 404 and not await readable(client, route, database, hidden):
                    found.append(f"{name} {route[0]} {route[1]} as {role}")
    assert not found, "\n".join(found)


async def a_draft(system: Any, stage: Any) -> str:
    """An order that nobody but its host and the offices of its division may see."""
    late = {"reason": "补报", "until": (system.now + timedelta(days=7)).isoformat()}
    body = order_body(str(stage.world.round_id), title="尚未公开", late=late)
    bureau = system.api(stage.world.actors.bureau, "orders")
    return str((await done(await bureau.post("/v1/orders", json=body), 201))["id"])


async def readable(client: Any, route: Route, database: Any, known: dict[str, str]) -> bool:
    """Whether this caller may read the row that the address names last."""
    path = route[1][: route[1].rindex("}") + 1]
    for parameter in parameters(route):
        path = path.replace("{" + parameter + "}", known.get(parameter) or (await a_row(database, parameter))[0])
    return path.startswith("/v1/rounds/") or (await client.get(path)).status_code == 200
