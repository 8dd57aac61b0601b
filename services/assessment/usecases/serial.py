"""Numbers of papers, without gaps in what is committed."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Serial
from shared.identifiers import paper_number


async def number(session: AsyncSession, prefix: str, year: int) -> str:
    """The next number of this kind. Whoever asks at the same time waits until this transaction ends."""
    first = insert(Serial).values(prefix=prefix, year=year, last=1)
    counted = first.on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": Serial.last + 1})
    last = await session.scalar(counted.returning(Serial.last))
    return paper_number(prefix, year, last or 1)
