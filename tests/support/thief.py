"""The attacker's kit: a copy of the database, and whatever else a thief may hold, tried as a key on everything that is sealed.

What opens may be a key itself, so it is tried too, until nothing new opens.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox

from api.vault.keys import password_keys, token_id, token_key
from tests.support.store import Store

Place = tuple[str, str, int]  # table, column, row
KEY_BYTES = 32
KINDS = (SecretBox, lambda key: SealedBox(PrivateKey(key)))


@dataclass
class Thief:
    """`opened` holds what was opened, by the place where it stood."""

    store: Store
    opened: dict[Place, bytes] = field(default_factory=dict)
    tried: set[bytes] = field(default_factory=set)

    def try_all(self, held: Iterable[bytes | str] = ()) -> dict[Place, bytes]:
        """Every stored value and all that the thief holds besides, as key, token, hash of a key, and piece of a key."""
        sealed = self._sealed()
        new = {key for value in [*self.store.values(), *held] for key in keys_in(value)} | self._passwords()
        while new:
            self.tried |= new
            found = {place: text for key in new for place, text in self._open(sealed, key).items()}
            self.opened |= found
            new = {key for text in found.values() for key in keys_in(text)} - self.tried
        return self.opened

    def places(self) -> set[tuple[str, str]]:
        return {(table, column) for table, column, _ in self.opened}

    def texts(self) -> bytes:
        return b"\n".join(self.opened.values())

    def _sealed(self) -> dict[Place, bytes]:
        """All blobs long enough to hold something; the short ones are only tried as keys."""
        cells: dict[Place, bytes] = {}
        for table in self.store.tables():
            columns = [name for _, name, kind, *_ in self.store.rows(f'pragma table_info("{table}")') if kind == "BLOB"]
            for column in columns:
                rows = self.store.rows(f'select rowid, {column} from "{table}" where {column} is not null')
                cells |= {(table, column, number): value for number, value in rows}
        return cells

    @staticmethod
    def _open(sealed: dict[Place, bytes], key: bytes) -> dict[Place, bytes]:
        found = {}
        for box in (kind(key) for kind in KINDS):
            for place, value in sealed.items():
                try:
                    found[place] = box.decrypt(value)
                except (CryptoError, ValueError):
                    continue
        return found

    def _passwords(self) -> set[bytes]:
        """What stands about a member of staff, tried as that member's password."""
        rows = self.store.rows("select salt, id, email, name, role from staff")
        return {password_keys(str(word), salt, 8)[1] for salt, *words in rows for word in words}


def keys_in(value: bytes | str) -> set[bytes]:
    """All keys of 32 bytes that a value is, holds at either end, hashes to, or unwraps as a token."""
    raw = value if isinstance(value, bytes) else value.encode()
    words = value if isinstance(value, str) else value.hex()
    found = {hashlib.sha256(raw).digest(), token_id(words), token_key(words)}
    if len(raw) >= KEY_BYTES:
        found |= {raw[:KEY_BYTES], raw[-KEY_BYTES:]}
    return found
