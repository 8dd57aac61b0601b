"""What services tell each other holds on both sides."""

import importlib
import json
import pkgutil
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID, uuid4

import pytest
from annotated_types import Ge
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.contracts.base import REGISTRY, Event
from shared.service import SERVICES
from shared.testing import service_of

ROOT = Path(__file__).resolve().parents[2]
for _name in SERVICES:
    service_of(_name)


def source_of(service: str) -> str:
    package = importlib.import_module(f"services.{service}.usecases")
    modules = [importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    return "\n".join(Path(module.__file__ or "").read_text() for module in modules)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_event_is_said_by_its_producers_use_cases(name: str) -> None:
    event = REGISTRY[name]
    assert re.search(rf"\b{event.__name__}\b", source_of(event.producer)), f"nobody publishes {name}"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_hears_only_producers_that_it_listens_to(name: str) -> None:
    service = service_of(name)
    producers = {REGISTRY[kind].producer for kind in service.handlers.types}
    assert producers <= set(service.listens_to)
    assert name not in service.listens_to


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_in_a_process_of_its_own_knows_every_event_type(name: str) -> None:
    code = f"import services.{name}.main; from shared.contracts.base import REGISTRY; print(*sorted(REGISTRY))"
    alone = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(REGISTRY) - set(alone.stdout.split()) == set()


def example(annotation: Any, field: FieldInfo | None = None) -> Any:
    """A value that fits the annotation."""
    simple = {
        UUID: uuid4(),
        str: "文",
        int: 7,
        bool: True,
        Decimal: Decimal("1.50"),
        date: date(2020, 4, 1),
        datetime: datetime(2020, 4, 1, tzinfo=UTC),
    }
    if field is not None and any(getattr(part, "pattern", None) for part in field.metadata):
        return "500101151002"
    if get_origin(annotation) is Annotated:  # inside a list
        kind, *about = get_args(annotation)
        return example(kind, next((part for part in about if isinstance(part, FieldInfo)), None))
    if annotation in simple:
        return simple[annotation]
    if isinstance(annotation, type) and issubclass(annotation, dict):
        return {}
    options = get_args(annotation)
    origin = getattr(annotation, "__origin__", None)
    if origin is dict:
        return {}
    if origin in (list, tuple):
        return [example(options[0])]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {name: example(inner.annotation, inner) for name, inner in annotation.model_fields.items()}
    if options and type(None) in options:
        return None
    return options[0]


def filled(event: type[Event]) -> Event:
    return event(**{name: example(field.annotation, field) for name, field in event.model_fields.items()})


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_an_event_survives_the_journey_as_json_and_unknown_fields_are_ignored(name: str) -> None:
    event = filled(REGISTRY[name])
    travelled = json.loads(event.model_dump_json()) | {"added_by_a_newer_release": 1}
    assert REGISTRY[name].model_validate(travelled) == event


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_what_an_earlier_release_said_is_still_understood(name: str) -> None:
    """The committed schema is what others may have stored: no field of it may vanish, none may become required."""
    path = ROOT / "docs" / "api" / "events" / f"{name}.json"
    before = json.loads(path.read_text())
    now = REGISTRY[name].model_json_schema()
    assert set(before["properties"]) <= set(now["properties"]), "a field vanished: make a .v2"
    assert set(now.get("required", [])) <= set(before.get("required", [])), "a new field must have a default"


def test_money_in_events_is_never_negative() -> None:
    amounts = [
        (name, field)
        for name, event in REGISTRY.items()
        for field, info in event.model_fields.items()
        if field.endswith("_fen") and not any(isinstance(part, Ge) and part.ge == 0 for part in info.metadata)
    ]
    assert not amounts


def test_actors_and_times_stand_around_the_data_not_in_it() -> None:
    strays = [
        f"{name}.{field}"
        for name, event in REGISTRY.items()
        for field in event.model_fields
        if field in ("actor", "time", "business_time")
    ]
    assert not strays
