"""Everybody who may call a route, and what they call it about: two helplines, and in each a child with a case.

`ours` belongs to the child called owner and to the first helpline, `theirs` to the child called stranger and to the second.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from api.auth.rules import CHILD, CLIENT, NOBODY, READERS, Role, Scope
from tests.support.installation import Installation
from tests.support.people import ChildClient, Hiring, StaffClient
from tests.support.store import TIME, Store
from tests.support.systems import SystemClient

CALLERS: dict[str, tuple[str, str]] = {  # caller -> (role, whose things are theirs)
    "nobody": (NOBODY, "nothing"),
    "owner": (CHILD, "ours"),
    "stranger": (CHILD, "theirs"),
    "counsellor": (Role.counsellor, "ours"),
    "supervisor": (Role.supervisor, "ours"),
    "admin": (Role.admin, "ours"),
    "foreign counsellor": (Role.counsellor, "theirs"),
    "client": (CLIENT, "ours"),
    "foreign client": (CLIENT, "theirs"),
}
WHOSE = ("ours", "theirs")
OF_A_CASE = (
    "case_note", "client_grant", "case_hold", "case_watch", "referral", "appointment", "break_glass", "primero_hand_in",
)  # fmt: skip


def in_days(days: int) -> str:
    return f"{datetime.now(UTC).date() + timedelta(days=days)}"


@dataclass
class Scene:
    """One conversation and, where the route is about a case, the case that was made of it; and people of its helpline."""

    child: ChildClient
    case_id: str = ""
    client_id: str = ""  # a connected system of the helpline that nobody else uses
    client_secret: str = ""
    staff_id: str = ""
    invite_id: str = ""
    opening_id: str = ""


@dataclass(frozen=True)
class Ask:
    """A request that the right caller is answered with success: the body, and the state that the case must be in."""

    json: dict[str, Any] | Callable[["World", Scene], dict[str, Any]] | None = None
    params: Callable[[Scene], dict[str, str]] | None = None
    form: Callable[[Scene], dict[str, str]] | None = None
    path: Callable[["World", Scene], dict[str, str]] | None = None  # what is made for the call and named in its path
    cookie: Callable[["World"], str] | None = None  # what goes along beside the caller's own
    case: str = ""  # "", "waiting", "claimed", "held"; by a colleague: "colleague", or "offered" to the caller
    ends_session: bool = False
    headers: Callable[["World", str, Scene], dict[str, str]] | None = None  # beside what the caller is known by

    def body(self, world: "World", scene: Scene, extra: dict[str, Any] | None = None) -> dict[str, Any] | None:
        body = self.json(world, scene) if callable(self.json) else self.json
        return body if body is None else {**body, **(extra or {})}


@dataclass
class World:
    """A running installation with all its callers; `asks` holds a good request for each route."""

    installation: Installation
    asks: dict[str, Ask]
    http: httpx.Client
    keys: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    staff: dict[str, StaffClient] = field(default_factory=dict)
    systems: dict[str, SystemClient] = field(default_factory=dict)
    helplines: dict[str, str] = field(default_factory=dict)
    somebody: ChildClient | None = None
    spare: str = ""  # the connected system of the last scene
    caller: str = ""  # who is calling just now, for a body that depends on it

    @classmethod
    def of(cls, installation: Installation, asks: dict[str, Ask]) -> "World":
        world = cls(installation, asks, httpx.Client(base_url=installation.url, timeout=15))
        world.keys = dict(installation.accounts())
        callers = ("foreign counsellor", "foreign supervisor", "foreign admin")
        world.keys |= dict(zip(callers, Hiring(installation).hire(*Role), strict=True))
        world.staff = {caller: StaffClient.sign_in(installation.url, *key) for caller, key in world.keys.items()}
        for whose, caller in (("ours", "counsellor"), ("theirs", "foreign counsellor")):
            world.helplines[whose] = world.staff[caller].http.get("/v1/staff/sessions/current").json()["helpline_id"]
        world.somebody = ChildClient.start(installation.url)
        for side in ("", "foreign "):
            admin, supervisor = world.staff[f"{side}admin"], world.staff[f"{side}supervisor"]
            world.systems[f"{side}client"] = SystemClient.connect(admin, *Scope, agreed=supervisor)
        return world

    @property
    def store(self) -> Store:
        return Store(self.installation.folder)

    def scene(self, whose: str, case: str, holder: str) -> Scene:
        """A new conversation; `holder` claims its case if that is theirs to do, else a colleague of the helpline."""
        started = self.http.post("/v1/conversations", json={"locale": "en"}).json()
        assert "id" in started, started
        scene = Scene(ChildClient(self.http, started["id"], started["token"], started))
        # which helpline a child of this installation reaches is not what is tested here
        self.store.change("update conversation set helpline_id = ? where id = ?", self.helplines[whose], scene.child.id)
        if case:
            scene.child.hand_over("summary")
            scene.case_id = self.store.one('select id from "case" where conversation_id = ?', scene.child.id)
        self._people(scene, whose)
        self._system(scene, whose)
        role, side = CALLERS.get(holder, (NOBODY, ""))
        fits = role in READERS and side == whose
        colleague = self.staff[self.colleague_of(holder, whose)]
        if case == "held":
            row = (scene.case_id, self.staff["supervisor"].id, in_days(9))
            colleague.act(scene.case_id, "claim")
            self.store.change("insert into case_hold (case_id, staff_id, reason, until) values (?, ?, 'court', ?)", *row)
        if case in ("claimed", "colleague", "offered"):
            claimer = self.staff[holder] if fits and case == "claimed" else colleague
            assert claimer.act(scene.case_id, "claim").status_code == 200
        if case == "offered" and fits:
            assert colleague.act(scene.case_id, "offer", {"to": self.staff[holder].id}).status_code == 200
        return scene

    @staticmethod
    def colleague_of(caller: str, whose: str) -> str:
        """Somebody of that helpline who reads cases and is not the caller."""
        others = ("supervisor", "counsellor") if whose == "ours" else ("foreign supervisor", "foreign counsellor")
        return next(other for other in others if other != caller)

    def _system(self, scene: Scene, whose: str) -> None:
        """A connected system of the helpline that nobody else uses."""
        self.prove_again()
        if self.spare:  # or every later case would be sealed to it too
            self.store.change("update client set active = 0 where id = ?", self.spare)
        side = "" if whose == "ours" else "foreign "
        agreed = self.staff[f"{side}supervisor"]
        spare = SystemClient.connect(self.staff[f"{side}admin"], Scope.cases_read, agreed=agreed)
        self.spare, scene.client_secret = spare.id, spare.secret
        scene.client_id = spare.id

    def _people(self, scene: Scene, whose: str) -> None:
        """A colleague who never signs in, somebody who is invited, and, with a case, that a counsellor opened it in need."""
        model = self.staff["counsellor" if whose == "ours" else "foreign counsellor"].id
        scene.staff_id, scene.invite_id, scene.opening_id = (str(uuid.uuid4()) for _ in range(3))
        columns = [name for _, name, *_ in self.store.rows("pragma table_info(staff)")]
        own = {"id": scene.staff_id, "email": f"{scene.staff_id}@x.invalid"}
        picked, new = ", ".join("?" if name in own else name for name in columns), [own[n] for n in columns if n in own]
        self.store.change(f"insert into staff select {picked} from staff where id = ?", *new, model)
        invite = "id, token_hash, helpline_id, email, name, role, made_by, expires_at"
        values = (scene.invite_id, scene.invite_id.encode(), self.helplines[whose], "new@x.invalid", "New", "counsellor", model)
        self.store.change(f"insert into invite ({invite}) values (?, ?, ?, ?, ?, ?, ?, '2100-01-01 00:00:00.0')", *values)
        if scene.case_id:
            opening = "insert into break_glass (id, case_id, staff_id, reason, opened_at, until) values (?, ?, ?, ?, ?, ?)"
            times = ("2026-01-01 00:00:00.0", "2026-01-01 00:30:00.0")
            self.store.change(opening, scene.opening_id, scene.case_id, model, "danger_now", *times)

    def headers(self, caller: str, scene: Scene, whose: str) -> dict[str, str]:
        """What the caller is known by. A child who is not the owner holds a good token, but of another conversation."""
        role, side = CALLERS[caller]
        self.caller = caller
        known = {"origin": self.installation.url}
        if role in tuple(Role):
            self.prove_again()
            cookie = self.staff[caller].http.cookies
            known["cookie"] = "; ".join(f"{name}={value}" for name, value in cookie.items())
        if role == CLIENT:
            known |= self.systems[caller].headers
        if role == CHILD:
            assert self.somebody is not None
            known["authorization"] = f"Bearer {(scene.child if side == whose else self.somebody).token}"
        return known

    def sign_in_again(self, caller: str) -> None:
        """A new session for the caller, though the code of this half minute is used up."""
        self.let_code_work_again(caller)
        self.staff[caller] = StaffClient.sign_in(self.installation.url, *self.keys[caller])

    def prove_again(self) -> None:
        """All sessions are fresh: how old a proof may be is not what is tested here."""
        self.store.change_all("update staff_session set proved_at = ?", datetime.now(UTC).strftime(TIME))

    def let_code_work_again(self, caller: str) -> None:
        self.store.change("update staff set totp_step = 0 where email = ?", self.keys[caller][0])

    def traces(self, scene: Scene) -> list[tuple[Any, ...]]:
        """All that a refused call could have changed."""
        child = scene.child.id
        return [
            *self.store.rows("select * from conversation where id = ?", child),
            *self.store.rows("select * from message where conversation_id = ?", child),
            *self.store.rows('select * from "case" where conversation_id = ?', child),
            *[row for table in OF_A_CASE for row in self.store.rows(f"select * from {table} where case_id = ?", scene.case_id)],
            *self.store.rows("select * from helpline"),
            *self.store.rows("select id, active from client"),
            *self.store.rows("select * from client_secret where client_id = ?", scene.client_id),
            *self.store.rows("select * from staff where id = ?", scene.staff_id),
            *self.store.rows("select * from invite where id = ? or staff_id = ?", scene.invite_id, scene.staff_id),
        ]

    def address(self, route: str, scene: Scene) -> str:
        """The path of the route, about the scene's own things, or about what is made for the call."""
        path = self.asks[route].path
        people = {"staff_id": scene.staff_id, "invite_id": scene.invite_id, "opening_id": scene.opening_id}
        line = {"country": "MX", "kind": "emergency", "entry": "emergency", "paper": "plan", "format": "json"}
        line |= {"client_id": scene.client_id, **people, **(path(self, scene) if path else {})}
        return route.split(" ")[1].format(conversation_id=scene.child.id, case_id=scene.case_id, name="faro.svg", **line)

    def send(self, known: dict[str, str], route: str, scene: Scene, extra: dict[str, Any] | None = None) -> httpx.Response:
        """One real request; the body of an endless answer is not waited for."""
        method, address, ask = route.split(" ")[0], self.address(route, scene), self.asks[route]
        content = {"data": ask.form(scene)} if ask.form else {"json": ask.body(self, scene, extra)}
        headers = {**known, "idempotency-key": str(uuid.uuid4())}
        headers |= ask.headers(self, route, scene) if ask.headers else {}
        if ask.cookie:
            headers["cookie"] = "; ".join(filter(None, [known.get("cookie"), ask.cookie(self)]))
        params = ask.params(scene) if ask.params else None
        with self.http.stream(method, address, headers=headers, params=params, **content) as reply:
            if not reply.headers.get("content-type", "").startswith("text/event-stream"):
                reply.read()
        self.http.cookies.clear()  # nobody takes over what another caller was given
        return reply
