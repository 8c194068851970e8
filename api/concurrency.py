"""Versions over HTTP, so that nobody overwrites what they have not seen (RFC 9110 13: ETag, If-Match, If-None-Match)."""

import hashlib
from typing import Annotated

from fastapi import Header

from api.errors import NoVersion, Stale

IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=1000, description="the ETag that was read")]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=1000, description="the ETag that is held")]


def etag_of(*version: object) -> str:
    """A strong entity tag of whatever tells one version of a thing from another."""
    return f'"{hashlib.sha256(repr(version).encode()).hexdigest()[:32]}"'


def refuse_stale(named: str | None, etag: str) -> None:
    """Let a change through only if it was made from the version that stands now.

    Raises:
        NoVersion: there is no If-Match.
        Stale: it names another version.
    """
    if named is None:
        raise NoVersion("If-Match")
    if named.strip() != "*" and etag not in _tags(named):
        raise Stale("changed meanwhile")


def is_known(named: str | None, etag: str) -> bool:
    """Whether the caller already holds this version (If-None-Match; a weak tag counts, RFC 9110 13.1.2)."""
    if named is None:
        return False
    return named.strip() == "*" or etag in {tag.removeprefix("W/") for tag in _tags(named)}


def _tags(header: str) -> set[str]:
    return {tag.strip() for tag in header.split(",")}
