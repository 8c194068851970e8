"""Your key pair, and what it opens: libsodium's sealed boxes, padded, each sealed for one place."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any

from nacl.bindings import sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

PAD_BYTES = 256
KEY_BYTES = 32


class CannotOpen(Exception):
    """Another key is needed, or bytes were altered or moved to another place. The text names the place, never words."""


@dataclass(frozen=True)
class KeyPair:
    """A Curve25519 pair in base64. The helpline's admin gets the public half; the private half stays with you."""

    private: str = field(repr=False)
    public: str


def new_keys() -> KeyPair:
    key = PrivateKey.generate()
    return KeyPair(base64.b64encode(bytes(key)).decode(), base64.b64encode(bytes(key.public_key)).decode())


class Opener:
    """Opens what was sealed to one private key.

    Raises:
        ValueError: the key is not 32 bytes in base64.
    """

    def __init__(self, private: bytes) -> None:
        if len(private) != KEY_BYTES:
            raise ValueError("a private key is 32 bytes in base64")
        self._box = SealedBox(PrivateKey(private))

    @classmethod
    def of(cls, private: str) -> "Opener":
        try:
            return cls(base64.b64decode(private.strip(), validate=True))
        except binascii.Error:
            raise ValueError("a private key is 32 bytes in base64") from None

    def opener(self, place: str, sealed: str) -> "Opener":
        """The key inside a box, ready to open other boxes."""
        return Opener(self._decrypt(place, sealed))

    def read(self, place: str, sealed: str) -> dict[str, Any]:
        """What was sealed for this place.

        Raises:
            CannotOpen: wrong key, altered bytes, or a box that was sealed for another place.
        """
        try:
            holder = json.loads(sodium_unpad(self._decrypt(place, sealed), PAD_BYTES))
        except (ValueError, CryptoError):
            raise CannotOpen(place) from None
        if holder["place"] != place:
            raise CannotOpen(place)
        body: dict[str, Any] = holder["body"]
        return body

    def _decrypt(self, place: str, sealed: str) -> bytes:
        try:
            return self._box.decrypt(base64.b64decode(sealed, validate=True))
        except (CryptoError, ValueError):
            raise CannotOpen(place) from None
