"""Versions over HTTP, so that nobody overwrites what they have not seen (RFC 9110 13: ETag, If-Match, If-None-Match)."""

import hashlib

from fastapi import Request

from api.errors import NoVersion, Stale


def etag_of(*version: object) -> str:
    """A strong entity tag of whatever tells one version of a thing from another."""
    return f'"{hashlib.sha256(repr(version).encode()).hexdigest()[:32]}"'


def refuse_stale(request: Request, etag: str) -> None:
    """Let a change through only if it was made from the version that stands now.

    Raises:
        NoVersion: there is no If-Match.
        Stale: it names another version.
    """
    named = request.headers.get("if-match")
    if named is None:
        raise NoVersion("If-Match")
    if named.strip() != "*" and etag not in _tags(named):
        raise Stale("changed meanwhile")


def is_known(request: Request, etag: str) -> bool:
    """Whether the caller already holds this version (If-None-Match; a weak tag counts, RFC 9110 13.1.2)."""
    named = request.headers.get("if-none-match", "")
    return named.strip() == "*" or etag in {tag.removeprefix("W/") for tag in _tags(named)}


def _tags(header: str) -> set[str]:
    return {tag.strip() for tag in header.split(",")}
