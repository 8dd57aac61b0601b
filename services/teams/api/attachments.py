"""Files of teams, service entries and people, and the papers of a team."""

from typing import Any, Literal
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.forms import FORMS
from services.teams.models import Attachment, FormVersion
from services.teams.usecases import attachment, paper
from shared.actor import Actor
from shared.files.attachments import KINDS
from shared.http import (
    Api,
    Attachments,
    Db,
    FormVersionOut,
    Now,
    Who,
    add_attachment_routes,
    hand_out,
    handed_out,
)

attachments = Api(tags=["attachments"])


async def _team(session: AsyncSession, team_id: UUID, actor: Actor) -> tuple[str, ...]:
    await queries.seen_team(session, team_id, actor)
    return KINDS


async def _entry(session: AsyncSession, entry_id: UUID, actor: Actor) -> tuple[str, ...]:
    await queries.entry(session, entry_id, actor)
    return KINDS


async def _person(session: AsyncSession, person_id: UUID, actor: Actor) -> tuple[str, ...]:
    await queries.person_with_files(session, person_id, actor)
    return KINDS


def _files(noun: str, plural: str, seen: Any, forms: tuple[str, ...] = ()) -> Attachments:
    found = Attachments(noun, plural, Attachment, FormVersion, seen, attachment.attach, attachment.remove, forms)
    add_attachment_routes(attachments, found)
    return found


_of_teams = _files("team", "teams", _team, FORMS)
_files("entry", "entries", _entry)
_files("person", "people", _person)


@attachments.get("/v1/teams/{team_id}/form", response_class=Response)
async def read_team_form(
    team_id: UUID, db: Db, who: Who, now: Now, kind: Literal["claim", "agreement", "decision"] = "claim"
) -> Any:
    """The claim, the agreement or the decision letter as a DOCX in the official layout, to be signed and sealed. The
    liaison's phone is masked but for the lead, the host and the offices of the division."""
    papers = await paper.paper(db, team_id, kind, who)
    return await hand_out(db, _of_teams, team_id, kind, papers, who, now)


@attachments.get("/v1/teams/{team_id}/forms", response_model=list[FormVersionOut])
async def list_team_forms(team_id: UUID, db: Db, who: Who) -> Any:
    """Which versions of its papers were downloaded, and their sealed scans."""
    return await handed_out(db, _of_teams, team_id, await paper.papers(db, team_id, who))
