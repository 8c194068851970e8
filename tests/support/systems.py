"""A helpline's own system, as the tests act it: registered by an admin, with a token, and the private key that stays at home."""

import base64
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
from nacl.public import PrivateKey

from api.auth.rules import Scope
from tests.support.people import StaffClient


def new_client(*scopes: str, name: str = "Our case system", key: PrivateKey | None = None) -> dict[str, Any]:
    """What an admin sends to connect a system."""
    public = bytes((key or PrivateKey.generate()).public_key)
    return {"name": name, "scopes": list(scopes or Scope), "public_key": base64.b64encode(public).decode()}


def token_form(client_id: str, secret: str) -> dict[str, str]:
    return {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}


@dataclass
class SystemClient:
    """A connected system with a token."""

    http: httpx.Client
    id: str
    secret: str
    private: PrivateKey = field(repr=False)
    token: str = ""

    @classmethod
    def connect(
        cls, admin: StaffClient, *scopes: str, name: str = "Our case system", agreed: StaffClient | None = None
    ) -> "SystemClient":
        """Registered by an admin; no case is sealed to it unless a supervisor has agreed."""
        key = PrivateKey.generate()
        reply = admin.http.post("/v1/clients", json=new_client(*scopes, name=name, key=key))
        assert reply.status_code == 201, reply.text
        made = reply.json()
        system = cls(httpx.Client(base_url=admin.http.base_url, timeout=15), made["id"], made["secret"], key)
        if agreed is not None:
            reply = agreed.http.post(f"/v1/clients/{system.id}/approve")
            assert reply.status_code == 200, reply.text
        system.token = system.ask_token().json()["access_token"]
        return system

    def ask_token(self, **more: str) -> httpx.Response:
        return self.http.post("/v1/oauth/token", data={**token_form(self.id, self.secret), **more})

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    def get(self, path: str = "", headers: dict[str, str] | None = None, **parameters: Any) -> httpx.Response:
        return self.http.get(f"/v1/integrations/cases{path}", headers={**self.headers, **(headers or {})}, params=parameters)

    def ids(self, **parameters: Any) -> list[str]:
        """Every case that the system sees, page after page."""
        page = self.get(**parameters).json()
        found = [case["id"] for case in page["items"]]
        while page["next"]:
            page = self.get(**{**parameters, "after": page["next"]}).json()
            found += [case["id"] for case in page["items"]]
        return found

    def report(self, case_id: str, body: dict[str, Any], etag: str | None = None, key: str | None = None) -> httpx.Response:
        """Report back from the version that stands now, unless another is named ("" names none)."""
        etag = self.get(f"/{case_id}").headers["etag"] if etag is None else etag
        headers = {**self.headers, "idempotency-key": key or str(uuid.uuid4()), **({"if-match": etag} if etag else {})}
        return self.http.patch(f"/v1/integrations/cases/{case_id}", json=body, headers=headers)
