"""Checks of the house itself. Each failure says why in one line."""

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi.routing import APIRoute

from docs import generate
from shared import clock
from shared.contracts.base import REGISTRY
from shared.db import Database
from shared.http import IfMatch, Seen
from shared.http.app import create_app
from shared.migrations import differences
from shared.service import SERVICES
from shared.testing import Databases, service_of, settings_for_tests

ROOT = Path(__file__).resolve().parents[2]
NAMES = {
    "__init__",
    "rules",
    "models",
    "schemas",
    "queries",
    "forms",
    "usecases",
    "api",
    "handlers",
    "jobs",
    "main",
    "migrations",
}


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "versions" not in path.parts and ".venv" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def test_a_service_has_the_twelve_names_and_no_other() -> None:
    strays = [
        f"{path.relative_to(ROOT)}: not one of the twelve names"
        for service in SERVICES
        for path in (ROOT / "services" / service).iterdir()
        if path.stem not in NAMES and path.name != "__pycache__"
    ]
    assert not strays


def test_only_shared_commits_rolls_back_or_opens_sessions() -> None:
    forbidden = tuple(
        f"{name}.{verb}" for name in ("session", "db", "connection") for verb in ("commit", "rollback", "begin")
    )
    forbidden += ("async_sessionmaker", "AsyncSession", "create_async_engine")
    found = [
        f"{path}:{line} {call}: only shared begins and ends transactions"
        for path, tree in sources("services")
        for call, line in calls(tree)
        if call.endswith(forbidden)
    ]
    assert not found


def test_nobody_reads_a_clock_outside_the_edges() -> None:
    clocks = ("datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.today")
    found = [
        f"{path}:{line} {call}: time comes in as `now`"
        for path, tree in sources("services")
        for call, line in calls(tree)
        if call in clocks or call.endswith("clock.now")
    ]
    assert not found


def test_a_status_is_assigned_only_from_a_rule() -> None:
    found = []
    for path, tree in sources("services"):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr == "status":
                    value = ast.unparse(node.value)
                    if "rules" not in value.split("(")[0]:
                        found.append(f"{path}:{node.lineno} status = {value[:50]}: ask a rule for the next status")
    assert not found


def lifecycles() -> list[tuple[str, Any]]:
    return [(service, lifecycle) for service in SERVICES for lifecycle in generate.lifecycles(service)]


def test_the_pages_of_rules_show_each_lifecycle_once() -> None:
    nouns = Counter((service, lifecycle.noun) for service, lifecycle in lifecycles())
    assert [noun for noun, times in nouns.items() if times > 1] == []


def verbs(module_name: str) -> set[str]:
    package = importlib.import_module(module_name)
    names: set[str] = set()
    for found in pkgutil.iter_modules(package.__path__):
        names |= set(vars(importlib.import_module(f"{module_name}.{found.name}")))
    return names


def test_every_lifecycle_action_has_a_rule_and_a_use_case() -> None:
    missing = []
    for service, lifecycle in lifecycles():
        for layer in ("rules", "usecases"):
            known = verbs(f"services.{service}.{layer}")
            missing += [
                f"{service} {lifecycle.noun}.{step.action}: no {layer} function of this name"
                for step in lifecycle.steps
                if not {step.action, step.action + "_"} & known
            ]
    assert not missing


def test_every_status_can_be_reached_and_every_step_stands_on_known_ones() -> None:
    wrong = []
    for service, lifecycle in lifecycles():
        reached = {next(iter(lifecycle.statuses))} | {step.after for step in lifecycle.steps}
        used = {status for step in lifecycle.steps for status in (*step.before, step.after)}
        wrong += [
            f"{service} {lifecycle.noun}: {status} cannot be reached" for status in set(lifecycle.statuses) - reached
        ]
        wrong += [f"{service} {lifecycle.noun}: {status} is no status" for status in used - set(lifecycle.statuses)]
    assert not wrong


def test_every_lifecycle_action_is_tried_by_a_test() -> None:
    untried = []
    for service, lifecycle in lifecycles():
        folders = [ROOT / "tests" / service, ROOT / "tests" / "journeys"]
        text = "\n".join(path.read_text() for folder in folders for path in sorted(folder.rglob("*.py")))
        untried += [f"{service} {lifecycle.noun}.{step.action}" for step in lifecycle.steps if step.action not in text]
    assert not untried


def test_every_policy_value_has_a_unit_a_source_and_a_name_in_both_languages() -> None:
    bare = [
        f"{policy.__name__}.{field.name}"
        for policy in generate.POLICIES.values()
        for field in fields(policy)
        if not all(field.metadata.get(key) for key in ("unit", "source", "zh", "en"))
    ]
    assert not bare


def test_no_code_compares_a_modes_name() -> None:
    modes = {"team_project", "service_group", "service_base", "lecture", "secondment"}
    found = [
        f"{path}:{node.lineno} compares a mode's name: use a switch"
        for path, tree in sources("services", "shared")
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(n, ast.Constant) and n.value in modes for n in ast.walk(node))
    ]
    assert not found


def test_files_over_400_lines_become_a_package() -> None:
    long = [
        f"{path}: {lines} lines"
        for path, _tree in sources("services", "shared", "demo", "deploy", "docs", "tests")
        if (lines := len((ROOT / path).read_text().splitlines())) > 400
    ]
    assert not long


def test_a_use_case_over_30_lines_hides_a_rule() -> None:
    long = []
    for path, tree in sources(*(f"services/{service}/usecases" for service in SERVICES)):
        for function in functions(tree):
            body = function.body[1:] if ast.get_docstring(function) else function.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if lines > 30:
                long.append(f"{path}:{function.lineno} {function.name}: {lines} lines")
    assert not long


def test_no_route_is_there_twice() -> None:
    """A router that two merges list twice answers as before, and doubles what the documentation says."""
    for service in SERVICES:
        routes = [route for router in service_of(service).routers for route in router.routes]
        seen = [(route.path, *sorted(route.methods)) for route in routes if isinstance(route, APIRoute)]
        assert len(seen) == len(set(seen)), service


def test_what_needs_no_token_is_listed_here() -> None:
    public = {
        "orders": {
            "/public/orders",
            "/public/orders/{number}",
            "/public/rounds/{prefix}/actions",
            "/public/rounds/{prefix}/actions.ics",
            "/v1/divisions",
            "/v1/divisions/{code}",
        },
        "teams": {
            "/public/confirmations/{token}",
            "/public/confirmations/{token}/rating",
            "/public/confirmations/{token}/absences",
            "/public/confirmations/{token}/link",
            "/public/confirmations/{token}/photos/{attachment_id}",
            "/public/calendars/{token}.ics",
            "/dev/sms",
        },
        "funding": set[str](),
        "assessment": {
            "/public/notices",
            "/public/notices/{notice_id}",
            "/public/notices/{notice_id}/objections",
            "/public/notices/{notice_id}/objections.html",
            "/public/objections.html",
            "/public/objections/{receipt_number}",
            "/public/ratings",
            "/public/ratings/feed.json",
            "/public/ratings/atom.xml",
            "/public/ratings/ratings.csv",
            "/public/ratings/ratings.xlsx",
            "/public/ratings/dictionary.json",
            "/public/ratings/dictionary.csv",
            "/public/ratings.html",
            "/public/notices.html",
            "/public/notices/{notice_id}.html",
            "/public/ratings/editions/{edition_id}.html",
            "/public/notices/feed.json",
            "/public/notices/atom.xml",
            "/public/ratings/editions/{edition_id}",
            "/public/certificates/{number}",
            "/public/certificates.html",
            "/public/certificates/check",
            "/public/log",
            "/public/log/checkpoint",
            "/public/log/checkpoints",
            "/public/keys",
            "/public/reports",
            "/public/reports.html",
            "/public/reports/feed.json",
            "/public/reports/atom.xml",
            "/public/reports/{report_id}",
            "/public/reports/{report_id}/content",
            "/public/reports/{report_id}/pictures/{sha256}",
        },
    }
    for service in SERVICES:
        open_routes = {
            route.path
            for router in service_of(service).routers
            for route in router.routes
            if isinstance(route, APIRoute) and "security" not in (route.openapi_extra or {})
        }
        assert open_routes <= public[service], (
            f"{service}: {open_routes - public[service]} needs a token or a line here"
        )


def test_whoever_changes_something_says_which_version_they_saw() -> None:
    free = {"save_draft"}
    """A draft is whatever one person has typed so far: the last that was saved holds."""
    blind = set()
    for service in SERVICES:
        for route in (route for router in service_of(service).routers for route in router.routes):
            if isinstance(route, APIRoute) and route.methods & {"PUT", "PATCH"}:
                asks = inspect.get_annotations(route.endpoint, eval_str=True)
                seen = {name for name, kind in asks.items() if kind in (IfMatch, Seen)}
                used = {
                    node.id
                    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(route.endpoint))))
                    if isinstance(node, ast.Name)
                }
                if not seen & used:
                    blind.add(route.endpoint.__name__)
    assert blind == free


@pytest.mark.parametrize("name", SERVICES)
async def test_no_development_door_is_mounted_in_production(name: str, tmp_path: Path) -> None:
    settings = settings_for_tests(profile="production", dev_key=None, issuer="https://issuer", files=tmp_path.as_uri())
    app = create_app(service_of(name), settings)
    clock.make_movable(True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
        doors = [await client.get(path) for path in ("/dev/sms", "/dev/clock")]
    assert list(paths["/v1/clock"]) == ["get"]
    assert [path for path in paths if path.startswith("/dev/")] == []
    assert [door.json()["code"] for door in doors] == ["http.404", "http.404"]


def test_every_event_names_an_aggregate_that_it_carries() -> None:
    for service in SERVICES:
        service_of(service)
    wrong = [name for name, event in REGISTRY.items() if f"{event.aggregate}_id" not in event.model_fields]
    assert not wrong


def test_personal_data_has_no_field_in_any_event() -> None:
    personal = ("phone", "citizen", "account", "objector", "id_number")
    found = [
        f"{name}.{field}"
        for name, event in REGISTRY.items()
        for field in event.model_fields
        if any(word in field for word in personal)
        and field not in ("final_account_id", "paying_account_id")  # 决算; an id, no number
    ]
    assert not found


def test_generated_pages_are_in_step() -> None:
    assert generate.main(check=True) == 0, "run `make docs`"


@pytest.mark.parametrize("name", SERVICES)
def test_whoever_keeps_files_has_a_volume_for_them(name: str) -> None:
    """The containers' own file system cannot be written."""
    mounted = (ROOT / "docker-compose.yml").read_text().count(f'volumes: ["{name}-files:/srv/files"]')
    assert mounted == (2 if service_of(name).attachments else 0)  # its API and its worker


@pytest.mark.parametrize("name", SERVICES)
def test_migrations_stand_in_one_row(name: str) -> None:
    """Two of one number would both be called applied although only one of them was."""
    numbers = [path.name[:4] for path in sorted((ROOT / f"services/{name}/migrations/versions").glob("*.py"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("name", SERVICES)
async def test_migrations_make_exactly_what_the_models_say(name: str, databases: Databases) -> None:
    service = service_of(name)
    engine = databases.as_owner(Database(await databases.create(service), service=name)).engine
    async with engine.connect() as connection:
        found = await connection.run_sync(lambda sync: differences(sync, service))
        heads = (await connection.execute(sa.text("select count(*) from alembic_version"))).scalar()
    await engine.dispose()
    assert found == []
    assert heads == 1


def test_public_functions_say_what_they_are_for() -> None:
    silent = []
    for name in SERVICES:
        package = importlib.import_module(f"services.{name}.rules")
        for found in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{found.name}")
            silent += [
                f"{module.__name__}.{key}: a rule without its regulation"
                for key, value in vars(module).items()
                if inspect.isfunction(value)
                and value.__module__ == module.__name__
                and not key.startswith("_")
                and not value.__doc__
            ]
    assert not silent


def test_make_has_each_target_once_and_none_is_taken_for_a_file() -> None:
    text = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z-]+):(?!=).*## ", text, re.M)
    [phony] = re.findall(r"^\.PHONY: (.*)$", text, re.M)
    assert targets == phony.split()
