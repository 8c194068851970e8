"""The table of checks: who found a line of the directory right, how and when."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base, UtcTime
from api.directory.rules import How


class DirectoryCheck(Base):
    """One check. It counts as long as the entry's `digest` is the same; a changed number needs a new one."""

    __tablename__ = "directory_check"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(20))
    entry_id: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(16))
    how: Mapped[How] = mapped_column()
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
