"""The expert registry: people and who may not apply. Citizen ids and phones are ciphertext, equality is a keyed hash."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from services.teams.models.base import Base
from services.teams.rules.person import PersonFacts
from shared.crypto import Encrypted
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Person(Row, Base):
    """An expert of the registry. Nothing personal beyond name, unit and title leaves this table; what is ciphertext
    is not even read unless asked for, nor are the many keys.

    ``honours``, ``verdicts``, ``title…`` are what the rules see of the person's credentials, kept in step with them.
    ``keys`` are the words by which the person is found (``queries.registry``); ``birth_key`` and ``phone_key`` are
    keyed hashes. A record found to be of somebody who is registered twice points to the one that stays."""

    __tablename__ = "people"
    __table_args__ = (
        sa.Index("uq_people_citizen_key", "citizen_key", unique=True),
        sa.Index("ix_people_list", "created_at", "id"),
        sa.Index("ix_people_keys", "keys", postgresql_using="gin"),
    )

    name: Mapped[str]
    gender: Mapped[str]
    citizen_id: Mapped[str] = mapped_column(Encrypted(), deferred=True, deferred_raiseload=True)
    citizen_key: Mapped[str]
    phone: Mapped[str] = mapped_column(Encrypted(), deferred=True, deferred_raiseload=True)
    unit_name: Mapped[str]
    unit_code: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    title_level: Mapped[str]
    honours: Mapped[list[str]] = mapped_column(JSONB)
    verdicts: Mapped[dict[str, bool]] = mapped_column(JSONB, default=dict)
    fields: Mapped[list[str]] = mapped_column(JSONB)
    category: Mapped[str]
    division: Mapped[str] = mapped_column(index=True)
    health: Mapped[str]
    willing: Mapped[bool]
    unit_agrees: Mapped[bool]
    unit_said: Mapped[str] = mapped_column(default="", server_default="")
    title_verdict: Mapped[bool | None]
    subjects: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=sa.text("'[]'"))
    keys: Mapped[list[str]] = mapped_column(
        ARRAY(sa.Text()), default=list, server_default="{}", deferred=True, deferred_raiseload=True
    )
    phone_key: Mapped[str] = mapped_column(default="", server_default="")
    birth_key: Mapped[str] = mapped_column(default="", server_default="")
    days_per_month: Mapped[int | None] = mapped_column(sa.SmallInteger)
    merged_into_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("people.id"), index=True)

    @property
    def status(self) -> str:
        """Registered people have no lifecycle of their own; a second record of one person is merged."""
        return "registered" if self.merged_into_id is None else "merged"

    @property
    def facts(self) -> PersonFacts:
        return PersonFacts(
            self.name,
            self.title_level,
            tuple(self.honours),
            self.verdicts,
            self.willing,
            self.title_verdict,
            self.merged_into_id is not None,
        )


class Suspension(Row, Base):
    """A person may not apply from ``starts_at`` until ``ends_at``, because of one assessment. ``team``, ``order_number``
    and ``person`` are names that a query fills."""

    __tablename__ = "suspensions"
    __table_args__ = (
        sa.Index(
            "uq_suspensions_ground",
            "assessment_id",
            "person_id",
            unique=True,
            postgresql_where=sa.column("status") != "lifted",
        ),
        sa.Index("ix_suspensions_person", "person_id"),
    )

    assessment_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    status: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    team: Mapped[str] = query_expression()
    order_number: Mapped[str] = query_expression()
    person: Mapped[str] = query_expression()


constraint_reasons(
    {
        "uq_people_citizen_key": Reason(
            "person.registered", "该证件号码已登记", "This citizen id is registered already", "/citizen_id"
        ),
    }
)
