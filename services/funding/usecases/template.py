"""Bank file templates: those that everybody has are files, those that an office wrote are rows with versions."""

from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import BankTemplate
from services.funding.rules import template as rules
from services.funding.rules.template import Template
from shared.actor import Actor
from shared.contracts.funding import TemplateConfirmed, TemplateProposed
from shared.db import load
from shared.errors import Malformed, NotFound, Reason
from shared.outbox import publish

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "bank_templates"
DEFAULT = "generic_csv_gbk"
_READ = TypeAdapter(Template)


@cache
def shipped() -> dict[str, Template]:
    """The templates that everybody has, by code; generic, no real bank's."""
    found = [_READ.validate_json(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    return {template.code: template for template in found}


def document(template: Template) -> dict[str, Any]:
    """A template as it is kept: a batch keeps the one that it was made with, word for word."""
    kept: dict[str, Any] = _READ.dump_python(template, mode="json")
    return kept


def read(kept: dict[str, Any]) -> Template:
    """A template as it was kept."""
    return _READ.validate_python(kept)


async def find(session: AsyncSession, division: str, code: str) -> Template:
    """The newest confirmed version of an office's template, else the one that everybody has."""
    newest = (
        sa.select(BankTemplate.document)
        .where(BankTemplate.division == division, BankTemplate.code == code, BankTemplate.status == "confirmed")
        .order_by(BankTemplate.number.desc())
        .limit(1)
    )
    kept = await session.scalar(newest)
    if kept:
        return read(kept)
    if code not in shipped():
        known = "、".join(shipped())
        raise Malformed(
            Reason(
                "template.unknown",
                f"没有模板 {code}，通用模板：{known}",
                f"No template {code}; generic ones: {known}",
                "/template",
            )
        )
    return shipped()[code]


async def propose(session: AsyncSession, code: str, body: dict[str, Any], actor: Actor) -> BankTemplate:
    """A maker writes a template anew or changes one: the next version, used once a second person confirmed it."""
    last = sa.select(sa.func.max(BankTemplate.number)).where(
        BankTemplate.division == actor.division, BankTemplate.code == code
    )
    known = shipped().get(code)
    number = max(await session.scalar(last) or 0, known.version if known else 0) + 1
    template = read({**body, "code": code, "version": number})
    if reasons := rules.obstacles(template):
        raise Malformed(*reasons)
    row = BankTemplate(
        division=actor.division,
        code=code,
        number=number,
        document=document(template),
        proposed_by=actor.id,
        status=next(iter(rules.LIFECYCLE.statuses)),
    )
    session.add(row)
    await session.flush()
    publish(session, TemplateProposed(template_id=row.id, code=code, number=number))
    return row


async def confirm(session: AsyncSession, template_id: UUID, actor: Actor) -> BankTemplate:
    """A second person confirms it: new batches are made with it."""
    row = await load(session, BankTemplate, template_id, "template")
    if row.division != actor.division:
        raise NotFound("template")
    row.status = rules.confirm(row.facts, actor)
    row.confirmed_by = actor.id
    publish(session, TemplateConfirmed(template_id=row.id, code=row.code, number=row.number))
    return row
