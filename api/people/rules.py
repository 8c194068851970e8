"""Pure decisions about people: how long an invite holds, and how an authenticator's key is drawn."""

from datetime import timedelta

import pyotp
import segno

INVITE = timedelta(hours=72)
ISSUER = "Faro"


def link_of(token: str) -> str:
    """Where an invite is opened. What stands after the # is never sent to a server, so it is in no log."""
    return f"/console#invite={token}"


def qr_path(email: str, secret: str) -> tuple[str, int]:
    """The QR code of an authenticator's key (otpauth URI) as the `d` of an SVG path, and the length of its side in modules."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    rows = [bytes(row) for row in segno.make(uri, error="m", micro=False).matrix_iter(border=2)]
    marks = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return "".join(marks), len(rows)
