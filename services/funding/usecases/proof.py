"""Proofs: handed in by the lead or the unit, judged by the office that the policy names."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Attachment, Award, Instalment, Proof
from services.funding.rules import proof as rules
from services.funding.usecases import award as awards
from services.funding.usecases import instalment as instalments
from shared.actor import Actor
from shared.contracts.funding import InstalmentProofAccepted, InstalmentProofReturned, InstalmentProofSubmitted, OfProof
from shared.db import load
from shared.files import attachments
from shared.outbox import publish


async def submit(
    session: AsyncSession, proof_id: UUID, note: str, files: Sequence[UUID], actor: Actor, now: datetime
) -> Proof:
    """Hand in a document, or report a milestone as reached, with attachments of the instalment."""
    _award, proof = await _locked(session, proof_id, actor)
    known = attachments.of_noun(Attachment, "instalment", proof.instalment_id).where(Attachment.removed_at.is_(None))
    ids = {str(row.id) for row in await session.scalars(known)}
    proof.status = rules.submit(proof.facts, note, [str(key) for key in files], ids, actor)
    proof.note, proof.files, proof.status_since = note, list(dict.fromkeys(files)), now
    proof.submitted_by, proof.submitted_at = actor.id, now
    proof.judged_by = proof.judged_at = proof.returned_reason = None
    await _say(session, InstalmentProofSubmitted, proof)
    return proof


async def accept(session: AsyncSession, proof_id: UUID, actor: Actor, now: datetime) -> Proof:
    """It is in order; with the last one of its gate the gate opens."""
    award, proof = await _locked(session, proof_id, actor)
    proof.status = rules.accept(proof.facts, actor)
    proof.judged_by, proof.judged_at, proof.status_since = actor.id, now, now
    await _say(session, InstalmentProofAccepted, proof)
    await session.flush()
    await awards.follow(session, award, now)
    return proof


async def return_(session: AsyncSession, proof_id: UUID, reason: str, actor: Actor, now: datetime) -> Proof:
    """It must be mended."""
    _award, proof = await _locked(session, proof_id, actor)
    proof.status = rules.return_(proof.facts, reason, actor)
    proof.judged_by, proof.judged_at, proof.status_since = actor.id, now, now
    proof.returned_reason = reason
    await _say(session, InstalmentProofReturned, proof)
    return proof


async def rests_on(session: AsyncSession, attachment_id: UUID) -> bool:
    """Whether a proof that is under judgement or accepted names this file."""
    named = sa.select(Proof.id).where(Proof.files.contains([attachment_id]))
    return await session.scalar(named.where(Proof.status.in_(("submitted", "accepted"))).limit(1)) is not None


async def _say(session: AsyncSession, kind: type[OfProof], proof: Proof) -> None:
    part = await session.get_one(Instalment, proof.instalment_id)
    publish(session, instalments.event(kind, part, proof_id=proof.id, kind=proof.kind))


async def _locked(session: AsyncSession, proof_id: UUID, actor: Actor) -> tuple[Award, Proof]:
    """The proof within what the actor sees, and its award, locked: the award first, as everywhere."""
    seen = await queries.proof(session, proof_id, actor)
    return await load(session, Award, seen.award_id, "award"), await load(session, Proof, proof_id, "proof")
