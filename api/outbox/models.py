"""Tables of the outbox. Secrets stand here wrapped; a delivery holds ids and clear metadata, never a word."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base, UtcTime
from api.outbox.rules import DeliveryState, HandInState


class WebhookEndpoint(Base):
    """Where a helpline wants to be told. While two secrets stand here, both sign."""

    __tablename__ = "webhook_endpoint"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    helpline_id: Mapped[str] = mapped_column(ForeignKey("helpline.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)
    gone_at: Mapped[datetime | None] = mapped_column(UtcTime)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    old_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    old_until: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class WebhookDelivery(Base):
    """One event for one endpoint, written in the transaction of the act. `id` is the webhook-id of every try.

    `due_at` is also the lease: who takes a row moves it a minute on, so that a process that dies gives it back.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("webhook_delivery_due", "state", "due_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"), index=True)
    event: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.due)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    status: Mapped[int | None] = mapped_column()
    trouble: Mapped[str | None] = mapped_column(String(20))
    tried_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class PrimeroAccount(Base):
    """The Primero of a helpline, and as whom Faro signs in there."""

    __tablename__ = "primero_account"

    helpline_id: Mapped[str] = mapped_column(ForeignKey("helpline.id"), primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    user_name: Mapped[str] = mapped_column(String(80))
    password: Mapped[bytes] = mapped_column(LargeBinary)
    agency: Mapped[str | None] = mapped_column(String(80))
    owned_by: Mapped[str | None] = mapped_column(String(80))


class PrimeroHandIn(Base):
    """That a case was handed in, who said that the child agreed, and how it went; of the case itself nothing."""

    __tablename__ = "primero_hand_in"

    case_id: Mapped[str] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[HandInState] = mapped_column()
    code: Mapped[str | None] = mapped_column(String(20))
    agreed_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    agreed_at: Mapped[datetime] = mapped_column(UtcTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
