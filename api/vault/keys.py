"""Keys from what a person holds: a token, a password, a resume code.

Argon2id parameters: OWASP Password Storage Cheat Sheet and ASVS 5.0 appendix C ask for at least 46 MiB, t=1, p=1.
"""

import base64
import hashlib
import hmac
import secrets
import threading

from argon2.low_level import Type, hash_secret_raw
from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.secret import SecretBox

from api.vault.sealing import Tampered

CODE_DIGITS = 16  # 53.2 bits, printed 4-4-4-4
_digits = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_two_at_once = threading.BoundedSemaphore(2)  # a flood of sign-ins may not eat the machine's memory


def new_token() -> str:
    """A child's or staff member's token: 256 random bits, base64url."""
    return secrets.token_urlsafe(32)


def token_id(token: str) -> bytes:
    """What the database keeps of a token: SHA-256, 32 bytes."""
    return hashlib.sha256(token.encode()).digest()


def token_key(token: str) -> bytes:
    """The key (32 bytes) that wraps a private key for the holder of the token."""
    return blake2b(token.encode(), digest_size=32, person=b"faro-wrap", encoder=RawEncoder)


def mac(token: str, body: bytes) -> bytes:
    """A fingerprint of what was sent that nobody can test guesses against without the token."""
    key = blake2b(token.encode(), digest_size=32, person=b"faro-mac", encoder=RawEncoder)
    return blake2b(body, digest_size=32, key=key, encoder=RawEncoder)


def site_key(pepper: str, purpose: str) -> bytes:
    """A key (32 bytes) of the installation for one purpose (at most 16 ASCII signs); nothing of it is in the database."""
    return blake2b(pepper.encode(), digest_size=32, person=purpose.encode(), encoder=RawEncoder)


def wrap(key: bytes, secret: bytes) -> bytes:
    return bytes(SecretBox(key).encrypt(secret))


def unwrap(key: bytes, wrapped: bytes) -> bytes:
    """Open what `wrap` closed.

    Raises:
        Tampered: wrong key or altered bytes.
    """
    try:
        return SecretBox(key).decrypt(wrapped)
    except (CryptoError, ValueError) as error:
        raise Tampered(type(error).__name__) from None


def password_keys(password: str, salt: bytes, mib: int) -> tuple[bytes, bytes]:
    """Two halves of one Argon2id: what verifies the password, and what opens the person's private key (32 bytes each)."""
    raw = _argon2(password.encode(), salt, mib)
    return hashlib.sha256(raw[:32]).digest(), raw[32:]


def new_code() -> str:
    """A resume code: digits, because words would need a vetted list in every language."""
    digits = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    return "-".join(digits[i : i + 4] for i in range(0, CODE_DIGITS, 4))


def code_keys(code: str, pepper: str, mib: int) -> tuple[bytes, bytes] | None:
    """The look-up id and the wrap key of a code (32 bytes each), or None if it is not a code at all.

    One salt for the site, because the id is looked up; the pepper is not in the database, so that a stolen database
    alone allows no guessing (deviation from ASVS 6.5.2, see docs/threat-model.md).
    """
    digits = "".join(c for c in code.translate(_digits) if c.isascii() and c.isdigit())
    if len(digits) != CODE_DIGITS:
        return None
    peppered = hmac.new(pepper.encode(), digits.encode(), hashlib.sha256).digest()
    raw = _argon2(peppered, hashlib.sha256(b"faro-resume" + pepper.encode()).digest()[:16], mib)
    return raw[:32], raw[32:]


def spell(private: bytes) -> str:
    """A private key (32 bytes) for paper: fourteen groups of four signs, three bytes of them a check against slips."""
    signs = base64.b32encode(private + hashlib.sha256(private).digest()[:3]).decode()
    return "-".join(signs[i : i + 4] for i in range(0, len(signs), 4))


def read_spelled(typed: str) -> bytes | None:
    """The key (32 bytes) that was typed from paper, or None if a sign is wrong; 0, 1 and 8 stand for O, I and B."""
    signs = "".join(sign for sign in typed.upper().translate(str.maketrans("018", "OIB")) if sign.isalnum())
    try:
        raw = base64.b32decode(signs)
    except ValueError:
        return None
    return raw[:32] if raw[32:] == hashlib.sha256(raw[:32]).digest()[:3] else None


def _argon2(secret: bytes, salt: bytes, mib: int) -> bytes:
    with _two_at_once:
        return hash_secret_raw(secret, salt, time_cost=3, memory_cost=mib * 1024, parallelism=1, hash_len=64, type=Type.ID)
