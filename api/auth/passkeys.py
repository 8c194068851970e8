"""Passkeys: what the browser is asked, and whether its answer is right (W3C WebAuthn level 3, by py_webauthn).

Every passkey is discoverable and verifies its user, so that no list of credentials goes out: the question is the same for an
account that exists and one that does not, and nothing has to be invented for the latter (ASVS 6.3.8).
A challenge is not kept when it is made, or strangers could fill a table. It carries its own end and a fingerprint under a key
of the site, bound to what it is for and whose; only one that was answered rightly is remembered, until it would be too old.
"""

import hmac
import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b, sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from api.auth.models import Passkey, Staff
from api.errors import NotSignedIn
from api.settings import Settings
from api.vault.keys import site_key

CHALLENGE_SECONDS = 300
NONCE, END, MAC = 16, 8, 32  # bytes of a challenge
SIGN_IN, NEW = "sign-in", "new"
REQUIRED = UserVerificationRequirement.REQUIRED
Answer = dict[str, Any]


@dataclass(frozen=True)
class Challenge:
    """A challenge that came back and is good: what it is remembered by, and until when."""

    hash: bytes
    expires_at: datetime


@dataclass(frozen=True)
class NewKey:
    """What a registration brought."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    challenge: Challenge


class Passkeys:
    """The relying party of this installation: its name, its address, its challenges."""

    def __init__(self, settings: Settings) -> None:
        self.origin = settings.origin
        self._host = urlsplit(settings.origin).hostname or ""
        self._key = site_key(settings.pepper.get_secret_value(), "faro-passkey")

    def question(self, email: str) -> Answer:
        """What the browser is asked at a sign-in or a step-up; the same for every address."""
        options = webauthn.generate_authentication_options(
            rp_id=self._host, challenge=self._challenge(SIGN_IN, email.lower()), timeout=CHALLENGE_SECONDS * 1000,
            user_verification=REQUIRED,
        )  # fmt: skip
        return _plain(webauthn.options_to_json(options))

    def verify(self, passkey: Passkey, email: str, answer: Answer) -> tuple[int, Challenge]:
        """The new sign count and the challenge that is now used up.

        Raises:
            NotSignedIn: another challenge, place, user or key, no user verification, or a sign count that went back (a copy).
        """
        try:
            given = _challenge_of(answer)
            challenge = self._good(SIGN_IN, email.lower(), given)
            found = webauthn.verify_authentication_response(
                credential=answer, expected_challenge=given, expected_rp_id=self._host, expected_origin=self.origin,
                credential_public_key=passkey.public_key, credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )  # fmt: skip
        except Exception:  # on bytes that are none the library raises many kinds of error: each of them is a no
            raise NotSignedIn from None
        return found.new_sign_count, challenge

    def offer(self, staff: Staff, held: list[bytes]) -> Answer:
        """What the browser is asked to make a passkey; one authenticator holds one for each member."""
        options = webauthn.generate_registration_options(
            rp_id=self._host, rp_name="Faro", user_id=UUID(staff.id).bytes, user_name=staff.email, user_display_name=staff.name,
            challenge=self._challenge(NEW, staff.id), timeout=CHALLENGE_SECONDS * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in held],
        )  # fmt: skip
        return _plain(webauthn.options_to_json(options))

    def accept(self, staff: Staff, answer: Answer) -> NewKey:
        """The key of a passkey that was made.

        Raises:
            NotSignedIn: another challenge, another place, or no user verification.
        """
        try:
            given = _challenge_of(answer)
            challenge = self._good(NEW, staff.id, given)
            found = webauthn.verify_registration_response(
                credential=answer, expected_challenge=given, expected_rp_id=self._host, expected_origin=self.origin,
                require_user_verification=True,
            )  # fmt: skip
        except Exception:  # as above
            raise NotSignedIn from None
        return NewKey(found.credential_id, found.credential_public_key, found.sign_count, challenge)

    def _challenge(self, purpose: str, whose: str) -> bytes:
        body = secrets.token_bytes(NONCE) + (int(time.time()) + CHALLENGE_SECONDS).to_bytes(END)
        return body + self._mac(purpose, whose, body)

    def _good(self, purpose: str, whose: str, challenge: bytes) -> Challenge:
        """Whether we made it, for this and for them, and not too long ago."""
        body, mac = challenge[:-MAC], challenge[-MAC:]
        ends = int.from_bytes(body[NONCE:])
        if not hmac.compare_digest(mac, self._mac(purpose, whose, body)) or ends < time.time():
            raise NotSignedIn
        return Challenge(sha256(challenge).digest(), datetime.fromtimestamp(ends, UTC))

    def _mac(self, purpose: str, whose: str, body: bytes) -> bytes:
        return blake2b(body + whose.encode(), digest_size=MAC, key=self._key, person=purpose.encode()).digest()


def credential_of(answer: Answer) -> tuple[bytes, bytes | None]:
    """The credential's id and the user handle (the member's id) that an answer names.

    Raises:
        NotSignedIn: it is no such answer.
    """
    try:
        parsed = parse_authentication_credential_json(answer)
    except Exception:  # as above
        raise NotSignedIn from None
    return parsed.raw_id, parsed.response.user_handle


def _challenge_of(answer: Answer) -> bytes:
    given = webauthn.base64url_to_bytes(answer["response"]["clientDataJSON"])
    return parse_client_data_json(given).challenge


def _plain(options: str) -> Answer:
    plain: Answer = json.loads(options)
    return plain
