"""The table of counts. Nothing in it leads to a conversation."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base
from api.statistics.rules import Ended


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
