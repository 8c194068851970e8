"""Seal what was said to a public key, so that only the holder of the private half reads it.

X25519 sealed boxes and padding are libsodium's (PyNaCl); nothing here is a cipher of ours.
"""

import json
from dataclasses import dataclass
from typing import Any

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

PAD_BYTES = 256  # a short cry for help and a long one look alike at rest
PLAIN = b"plain:"  # only the vault's own control test runs unsealed (FARO_SEALED=false)


class Tampered(Exception):
    """A sealed row does not open, or was moved to another place."""


@dataclass(frozen=True)
class Pair:
    """A Curve25519 key pair, 32 bytes each."""

    private: bytes
    public: bytes


def new_pair() -> Pair:
    key = PrivateKey.generate()
    return Pair(bytes(key), bytes(key.public_key))


class Sealer:
    """Seals and opens; `sealed=False` exists for the test that proves that the search for a canary can find it."""

    def __init__(self, sealed: bool = True) -> None:
        self._sealed = sealed

    def seal(self, public: bytes, place: str, body: dict[str, Any]) -> bytes:
        """Seal `body` for `place` (for example `conversation/3`), which must be named again to open it."""
        plain = json.dumps({"place": place, "body": body}, ensure_ascii=False, separators=(",", ":")).encode()
        if not self._sealed:
            return PLAIN + plain
        return SealedBox(PublicKey(public)).encrypt(sodium_pad(plain, PAD_BYTES))

    def open(self, private: bytes, place: str, sealed: bytes) -> dict[str, Any]:
        """Open what `seal` sealed for the same place.

        Raises:
            Tampered: wrong key, altered bytes, or a row copied from another place.
        """
        holder: dict[str, Any] = json.loads(self._plain(private, sealed))
        if holder["place"] != place:
            raise Tampered("sealed for another place")
        body: dict[str, Any] = holder["body"]
        return body

    def _plain(self, private: bytes, sealed: bytes) -> bytes:
        if not self._sealed and sealed.startswith(PLAIN):
            return sealed[len(PLAIN) :]
        return sodium_unpad(open_key(private, sealed), PAD_BYTES)


def seal_key(public: bytes, secret: bytes) -> bytes:
    """Hand a private key (32 bytes) to the holder of `public`: 80 bytes."""
    return SealedBox(PublicKey(public)).encrypt(secret)


def open_key(private: bytes, sealed: bytes) -> bytes:
    """Open a sealed box.

    Raises:
        Tampered: wrong key or altered bytes.
    """
    try:
        return SealedBox(PrivateKey(private)).decrypt(sealed)
    except (CryptoError, ValueError) as error:
        raise Tampered(type(error).__name__) from None
