"""The tables of counts. Nothing in them leads to a conversation or a case."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base
from api.statistics.rules import Ended, Of


class HeardCount(Base):
    """How many messages of a month were heard so."""

    __tablename__ = "heard_count"

    helpline_id: Mapped[str] = mapped_column(ForeignKey("helpline.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    locale: Mapped[str] = mapped_column(String(8), primary_key=True)
    need: Mapped[str] = mapped_column(String(40), primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True)
    ended: Mapped[Ended] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class FigureCount(Base):
    """How many cases, contacts, guides or times of a month gave one answer to one question (`rules.Figure`)."""

    __tablename__ = "figure_count"

    helpline_id: Mapped[str] = mapped_column(ForeignKey("helpline.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    of: Mapped[Of] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
