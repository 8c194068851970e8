"""Identity providers on loopback: a real one (oidc-provider-mock, its own process), and one that tells lies on demand."""

import base64
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.support.installation import free_port, wait_for

CLIENT, SECRET = "faro", "a secret that only the tests know"


def settings_of(issuer: str) -> dict[str, str]:
    """The settings of an installation that trusts this issuer."""
    return {"FARO_OIDC_ISSUER": issuer, "FARO_OIDC_CLIENT_ID": CLIENT, "FARO_OIDC_CLIENT_SECRET": SECRET}


@dataclass
class IdentityProvider:
    """The provider of a helpline, with its own accounts."""

    issuer: str

    def account(self, subject: str, **claims: Any) -> None:
        assert httpx.put(f"{self.issuer}/users/{subject}", json=claims).status_code == 204

    def sign_in(self, address: str, subject: str) -> str:
        """Sign in there as a browser would; the address that the browser is then sent to."""
        return str(httpx.post(address, data={"sub": subject}).headers["location"])

    def refuse(self, address: str) -> str:
        return str(httpx.post(address, data={"action": "deny"}).headers["location"])


@contextmanager
def identity_provider(folder: Path) -> Iterator[IdentityProvider]:
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    log = folder / f"provider-{port}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        wait_for(f"http://127.0.0.1:{port}/.well-known/openid-configuration", process, log)
        yield IdentityProvider(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Forger:
    """A provider whose discovery, keys and tokens a test alters; unaltered, all of it is right."""

    issuer: str = ""
    subject: str = "sub-1"
    claims: dict[str, Any] = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    status: int = 200
    strange_key: bool = False
    asked: list[str] = field(default_factory=list)
    _nonces: dict[str, str] = field(default_factory=dict)
    _key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))

    def sign_in(self, address: str) -> str:
        """What a provider does with the browser: remember its nonce, send it back with a code."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self._nonces["code"] = query["nonce"]
        return f"{query['redirect_uri']}?code=code&state={query['state']}"

    def answer(self, path: str) -> dict[str, Any]:
        self.asked.append(path)
        if path.startswith("/.well-known"):
            ends = {name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            return {"issuer": self.issuer, **ends, **self.known}
        if path == "/jwks_uri":
            return {"keys": [self._key.as_dict(private=False)]}
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self._token()}

    def _token(self) -> str:
        at = int(time.time())
        right = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": at, "exp": at + 300}
        claims = {**right, "nonce": self._nonces["code"], **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        if self.algorithm == "none":
            return ".".join([_b64(header), _b64(claims), ""])
        key: Any = RSAKey.generate_key(2048) if self.strange_key else self._key
        if self.algorithm == "HS256":  # the old confusion: the public key as the secret of an HMAC
            key = OctKey.import_key(self._key.as_pem(private=False))
        return jwt.encode(header, claims, key, algorithms=[self.algorithm])


def _b64(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@contextmanager
def forger() -> Iterator[Forger]:
    liar = Forger()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            body = json.dumps(liar.answer(self.path)).encode()
            self.send_response(liar.status)
            self.send_header("content-length", str(len(body)))
            self.send_header("location", f"{liar.issuer}/jwks_uri")
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing of a test belongs in its output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    liar.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
