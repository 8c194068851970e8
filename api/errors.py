"""One base error that carries its HTTP status and the key of the sentence that the child reads.

FaroError
├── BadRequest 400        malformed JSON, wrong types, unknown keys
│   ├── Empty 422  TooLong 422  NoPictures 415  NoNumber 422  LinesChanged 412
│   ├── WeakPassword 422  GateClosed 422
├── NotSignedIn 401  NotFound 404  ClassUnknown 404
├── Forbidden 403
│   └── ProofIsOld        the second factor must be shown again first
├── Conflict 409          claimed by somebody else
│   ├── NotServed         no helpline of this installation takes children of that country
│   ├── LessonClosed      the lesson is broken, or not whole in that language
│   ├── NotNow            the step of the lesson takes no answer now
│   └── KeyReused 422     the same Idempotency-Key with another body
├── Stale 412             If-Match names a version that is no longer the newest
├── NoVersion 428         If-Match is missing
├── TooFast 429
└── Trouble 503           database or bot is away
"""

from collections.abc import Mapping


class FaroError(Exception):
    """An error whose text is reviewed: `key` names a section of `content/ui/system.md`."""

    status = 500
    key = "system/trouble"

    def __init__(self, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail or self.key)
        self.detail, self.headers = detail, headers or {}


class BadRequest(FaroError):
    status, key = 400, "system/bad_request"


class Empty(BadRequest):
    status, key = 422, "system/empty"


class TooLong(BadRequest):
    status, key = 422, "system/too_long"


class NoPictures(BadRequest):
    """Faro takes no file in any form (RFC 9110 15.5.16)."""

    status, key = 415, "system/no_pictures"


class NoNumber(BadRequest):
    """What was typed as a telephone number is none."""

    status, key = 422, "system/bad_number"


class LinesChanged(BadRequest):
    """The yes was said to other lines than stand there now (a message came in between): the preview is shown again."""

    status, key = 412, "system/bad_request"


class WeakPassword(BadRequest):
    """Too short, common, or made of its owner's name; `detail` says which, as a code (ASVS 6.2.1, 6.2.4, 6.2.11)."""

    status = 422


class GateClosed(BadRequest):
    """A class session opens only when the educator has ticked the whole safeguarding notice."""

    status, key = 422, "system/class_gate"


class NotSignedIn(FaroError):
    status, key = 401, "system/not_found"


class Forbidden(FaroError):
    status, key = 403, "system/not_found"


class ProofIsOld(Forbidden):
    """A highly sensitive act needs a fresh proof of who is asking (ASVS 7.5.3)."""


class NotFound(FaroError):
    status, key = 404, "system/not_found"


class CodeUnknown(NotFound):
    key = "system/bad_code"


class ClassUnknown(NotFound):
    """A wrong, expired, full and locked join code are answered alike."""

    key = "system/class_code"


class Conflict(FaroError):
    status, key = 409, "system/conflict"


class NotServed(Conflict):
    """Said before anything is passed on, with the country's own ways."""

    key = "system/not_served"


class LessonClosed(Conflict):
    """Broken, or not whole in the language asked for; the list of lessons says why."""

    key = "system/lesson_closed"


class NotNow(Conflict):
    """The step was closed meanwhile, or is not open yet."""

    key = "system/class_not_now"


class KeyReused(Conflict):
    status = 422


class Stale(FaroError):
    """What was read before has changed since (RFC 9110 15.5.13)."""

    status, key = 412, "system/conflict"


class NoVersion(FaroError):
    """A change must say which version it was made from (RFC 6585 3)."""

    status, key = 428, "system/bad_request"


class TooFast(FaroError):
    status, key = 429, "system/too_fast"


class Trouble(FaroError):
    status, key = 503, "system/trouble"


class DatabaseAway(Trouble):
    key = "system/database"
