"""The identity provider: OpenID Connect Core 1.0, code flow with PKCE and nonce (RFC 9700), by Authlib, joserfc and httpx.

The issuer is the one of the settings and no other. No redirect is followed, and nothing that it says is ever shown or logged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.jwk import KeySet

from api.errors import NotSignedIn, Trouble
from api.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")  # never none, no HMAC
CALLBACK = "/v1/staff/sso/callback"
SECONDS = 5.0
CLOCK_SECONDS = 60  # how far the provider's clock may be off


class ProviderAway(Trouble):
    """The provider does not answer, or not as its own issuer should."""


@dataclass(frozen=True)
class Attempt:
    """What binds an answer of the provider to the browser that was sent there: three random values."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who came, by the provider's word; `email` only if the provider has verified it."""

    issuer: str
    subject: str
    email: str | None


class Provider:
    """The provider of this installation; `on` is False where none is set."""

    def __init__(self, settings: Settings) -> None:
        self.issuer, self.on = settings.oidc_issuer, bool(settings.oidc_issuer)
        self._client_id, self._secret = settings.oidc_client_id, settings.oidc_client_secret
        self._back, self._console = settings.origin + CALLBACK, settings.origin + "/console"

    async def door(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in.

        Raises:
            ProviderAway: the provider does not answer rightly.
        """
        async with _browser() as http:
            known = await self._discover(http)
        return str(prepare_grant_uri(
            known["authorization_endpoint"], self._client_id, "code", self._back, "openid email", attempt.state,
            nonce=attempt.nonce, code_challenge=create_s256_code_challenge(attempt.verifier), code_challenge_method="S256",
        ))  # fmt: skip

    async def exit(self) -> str:
        """Where the browser goes to sign out there too (OIDC RP-Initiated Logout 1.0), or back to the console.

        Raises:
            ProviderAway: the provider does not answer rightly.
        """
        async with _browser() as http:
            known = await self._discover(http)
        if "end_session_endpoint" not in known:
            return self._console
        back = {"client_id": self._client_id, "post_logout_redirect_uri": self._console}
        return str(httpx.URL(known["end_session_endpoint"]).copy_merge_params(back))

    async def identify(self, attempt: Attempt, code: str) -> Identity:
        """Who comes with this code.

        Raises:
            ProviderAway: the provider does not answer rightly.
            NotSignedIn: the code, or the token that it buys, is not good.
        """
        async with _browser() as http:
            known = await self._discover(http)
            body = prepare_token_request("authorization_code", "", self._back, code=code, code_verifier=attempt.verifier)
            me = (quote(self._client_id, safe=""), quote(self._secret.get_secret_value(), safe=""))
            form = {"content-type": "application/x-www-form-urlencoded"}
            answer = await _json(await http.post(known["token_endpoint"], content=body, auth=me, headers=form))
            keys = await _json(await http.get(known["jwks_uri"]))
        return self._read(answer, keys, attempt.nonce)

    def _read(self, answer: dict[str, Any], keys: dict[str, Any], nonce: str) -> Identity:
        """Check the id token: signature, algorithm, issuer, audience, times, nonce (OIDC Core 3.1.3.7)."""
        only = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self._client_id}}
        held = {"nonce": nonce, "client_id": self._client_id, "access_token": answer.get("access_token")}
        try:
            token = jwt.decode(answer["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
            claims = CodeIDToken(token.claims, token.header, only, held)
            claims.validate(leeway=CLOCK_SECONDS)
        except Exception:  # whatever a token that is not good breaks in the libraries: it is a no
            raise NotSignedIn from None
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(self.issuer, str(claims["sub"]), str(email).lower() if email else None)

    async def _discover(self, http: httpx.AsyncClient) -> Mapping[str, Any]:
        """What the provider says about itself, if it is the issuer that was set and speaks as safely as that one."""
        known = await _json(await http.get(get_well_known_url(self.issuer, external=True)))
        needed = [known.get(name, "") for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        needed += [known["end_session_endpoint"]] if "end_session_endpoint" in known else []
        if known.get("issuer") != self.issuer or not all(_as_safe(str(one), self.issuer) for one in needed):
            raise ProviderAway("issuer")
        return known


def _as_safe(address: str, issuer: str) -> bool:
    """https; plain http only for a provider that was set with it, which production refuses."""
    scheme = urlsplit(address).scheme
    return scheme == "https" or (scheme == "http" and urlsplit(issuer).scheme == "http")


class _browser(httpx.AsyncClient):
    """A client for one errand, whose failures say nothing but that the provider is away."""

    def __init__(self) -> None:
        super().__init__(timeout=SECONDS, follow_redirects=False)

    async def __aexit__(self, kind: Any = None, error: Any = None, trace: Any = None) -> None:
        await super().__aexit__(kind, error, trace)
        if isinstance(error, (httpx.HTTPError, httpx.InvalidURL)):
            raise ProviderAway(type(error).__name__) from None


async def _json(reply: httpx.Response) -> dict[str, Any]:
    try:
        found = reply.json() if reply.status_code == httpx.codes.OK else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ProviderAway(str(reply.status_code))
    return found
