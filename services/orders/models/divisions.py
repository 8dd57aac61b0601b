"""Administrative divisions of a year, as a table that can be searched."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.orders.models.base import Base


class Division(Base):
    """One division in the data of one year, filled from ``shared/data`` (``usecases/division.py``). ``pinyin`` and
    ``initials`` are those of its own name, as people say it: 信义社区 and not its 居民委员会."""

    __tablename__ = "divisions"
    __table_args__ = (
        sa.Index("ix_divisions_words", sa.text("search_words(searched, code)"), postgresql_using="gin"),
        sa.Index("ix_divisions_parent", "year", "parent", "code"),
        sa.Index("ix_divisions_level", "year", "level", "code"),
        sa.Index("ix_divisions_initials", "initials"),
    )

    year: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    full_name: Mapped[str]
    level: Mapped[int] = mapped_column(sa.SmallInteger)
    parent: Mapped[str]
    pinyin: Mapped[str]
    initials: Mapped[str]


SEARCHED = sa.Column("searched", sa.Text, sa.Computed("division_text(full_name, pinyin, initials)", persisted=True))
Division.__table__.append_column(SEARCHED)  # type: ignore[attr-defined]
