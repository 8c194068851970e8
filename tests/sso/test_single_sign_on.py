"""Single sign-on: the provider says who comes, the passphrase opens the keys, and neither does the other's work."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from api.auth.access import COOKIE
from api.auth.rules import Role
from tests.support.door import ME, Member, hire
from tests.support.identity import Forger, IdentityProvider, forger, identity_provider, settings_of
from tests.support.installation import Installation, without_bot
from tests.support.store import Store

SSO = "/v1/staff/sso"
CALLBACK = f"{SSO}/callback"


@dataclass
class Visit:
    """One browser that comes by single sign-on."""

    url: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, headers={"origin": self.url}, timeout=15)

    def depart(self) -> str:
        reply = self.http.post(SSO)
        assert reply.status_code == 200, reply.text
        return str(reply.json()["address"])

    def arrive(self, address: str) -> str:
        """Follow the provider's redirect to us (the test speaks to 127.0.0.1); where the console is then opened."""
        parts = urlsplit(address)
        assert parts.path == CALLBACK
        return str(self.http.get(f"{parts.path}?{parts.query}").headers["location"])

    def open(self, passphrase: str) -> int:
        return self.http.post(f"{SSO}/sessions", json={"passphrase": passphrase}).status_code


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    with identity_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest.fixture(scope="module")
def house(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with without_bot(tmp_path_factory.mktemp("house"), **settings_of(provider.issuer)) as running:
        yield running


@pytest.fixture
def member(house: Installation, provider: IdentityProvider) -> Member:
    """A member with a verified account at the provider, under the same address."""
    member = hire(house, Role.counsellor)[0]
    provider.account(subject(member), email=member.email.upper(), email_verified=True)
    return member


@pytest.fixture
def visit(house: Installation) -> Visit:
    return Visit(house.url)


def subject(member: Member) -> str:
    return f"sub-{member.email.split('@')[1]}"


def came(visit: Visit, provider: IdentityProvider, member: Member) -> str:
    return visit.arrive(provider.sign_in(visit.depart(), subject(member)))


def test_a_member_comes_by_single_sign_on_and_opens_their_keys_with_the_passphrase(
    house: Installation, visit: Visit, provider: IdentityProvider, member: Member
) -> None:
    assert came(visit, provider, member) == "/console#sso"
    assert visit.http.get(ME).status_code == 401, "the provider alone opens nothing"
    assert visit.open("wrong password of 15") == 401
    assert visit.open(member.password) == 201
    me = visit.http.get(ME).json()
    assert (me["email"], me["sso"]) == (member.email, True)
    acts = Store(house.folder).rows("select action, reason from audit_entry where actor = ? order by seq", me["id"])
    assert acts == [("sign_in.refused", None), ("sso.link", None), ("sign_in", "sso")]


def test_single_sign_on_is_no_proof_of_two_factors(visit: Visit, provider: IdentityProvider, member: Member) -> None:
    """What is highly sensitive asks for our own second factor first."""
    came(visit, provider, member)
    assert visit.open(member.password) == 201
    sensitive = visit.http.get("/v1/cases/unknown/export.json")
    assert (sensitive.status_code, sensitive.json()["title"]) == (403, "ProofIsOld")
    given = {"password": member.password, "code": member.code()}
    assert visit.http.post("/v1/staff/sessions/current/proof", json=given).is_success
    assert visit.http.get("/v1/cases/unknown/export.json").status_code == 404


def test_the_way_there_carries_what_binds_the_answer(visit: Visit, provider: IdentityProvider) -> None:
    """Code flow, PKCE with S256, nonce, state, and our own callback (RFC 9700)."""
    address = visit.depart()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{provider.issuer}/")
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid email")
    assert urlsplit(asked["redirect_uri"]).path == CALLBACK
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))


def test_a_second_sign_in_goes_by_subject_and_not_by_address(
    visit: Visit, house: Installation, provider: IdentityProvider, member: Member
) -> None:
    """Whatever address the provider gives the subject later, and whoever gets the old address there."""
    assert came(visit, provider, member) == "/console#sso" and visit.open(member.password) == 201
    provider.account(subject(member), email="married@elsewhere.invalid", email_verified=False)
    provider.account("successor", email=member.email, email_verified=True)
    again, successor = Visit(house.url), Visit(house.url)
    assert came(again, provider, member) == "/console#sso" and again.open(member.password) == 201
    assert successor.arrive(provider.sign_in(successor.depart(), "successor")) == "/console#sso-refused"


@pytest.mark.parametrize("claims", [{"email_verified": False}, {}, {"email_verified": "true"}], ids=str)
def test_an_address_that_the_provider_has_not_verified_is_nobodys(
    visit: Visit, provider: IdentityProvider, member: Member, claims: dict[str, Any]
) -> None:
    provider.account(subject(member), email=member.email, **claims)
    assert came(visit, provider, member) == "/console#sso-refused"
    assert visit.open(member.password) == 401


def test_somebody_who_is_no_member_or_has_left_stays_out(
    house: Installation, visit: Visit, provider: IdentityProvider, member: Member
) -> None:
    provider.account("stranger", email="stranger@elsewhere.invalid", email_verified=True)
    assert visit.arrive(provider.sign_in(visit.depart(), "stranger")) == "/console#sso-refused"
    assert came(visit, provider, member) == "/console#sso"
    Store(house.folder).change("update staff set active = 0 where email = ?", member.email)
    assert visit.open(member.password) == 401
    assert came(visit, provider, member) == "/console#sso-refused"


def test_a_state_works_once_and_only_in_the_browser_that_asked_for_it(
    house: Installation, visit: Visit, provider: IdentityProvider, member: Member
) -> None:
    """Somebody else's code in one's own browser would be a sign-in as somebody else (RFC 9700 4.7)."""
    back = provider.sign_in(visit.depart(), subject(member))
    other = Visit(house.url)
    assert other.arrive(back) == "/console#sso-refused", "no cookie"
    other.depart()
    assert other.arrive(back) == "/console#sso-refused", "another cookie"
    cookie = dict(visit.http.cookies)
    assert visit.arrive(back) == "/console#sso"
    visit.http.cookies.clear()
    visit.http.cookies.update(cookie)
    assert visit.arrive(back) == "/console#sso-refused", "used"


@pytest.mark.parametrize("change", ["state=x", "code=x", "iss=https://elsewhere.invalid", "none"])
def test_an_answer_that_was_altered_on_the_way_is_refused(
    visit: Visit, provider: IdentityProvider, member: Member, change: str
) -> None:
    back = urlsplit(provider.sign_in(visit.depart(), subject(member)))
    given = {name: values[0] for name, values in parse_qs(back.query).items()}
    altered = {} if change == "none" else {**given, **dict([change.split("=", 1)])}
    reply = visit.http.get(CALLBACK, params=altered)
    assert reply.headers["location"] == "/console#sso-refused"
    assert visit.arrive(back.geturl()) == "/console#sso-refused", "the cookie is used up, whatever came of it"


def test_a_refusal_at_the_provider_is_one_here(visit: Visit, provider: IdentityProvider) -> None:
    assert visit.arrive(provider.refuse(visit.depart())) == "/console#sso-refused"


def test_a_visit_that_took_too_long_is_over(
    house: Installation, visit: Visit, provider: IdentityProvider, member: Member
) -> None:
    back, store = provider.sign_in(visit.depart(), subject(member)), Store(house.folder)
    newest = "created_at = (select max(created_at) from sso_visit)"
    store.set_time("sso_visit", "created_at", timedelta(minutes=11), newest)
    assert visit.arrive(back) == "/console#sso-refused"


def test_no_word_of_the_caller_chooses_where_the_browser_goes(visit: Visit, house: Installation) -> None:
    for path in (CALLBACK, f"{SSO}/exit"):
        reply = visit.http.get(path, params={"next": "https://elsewhere.invalid", "redirect_uri": "//elsewhere.invalid"})
        assert "elsewhere" not in reply.headers["location"]


def test_signing_out_leads_to_the_providers_own_sign_out(visit: Visit, provider: IdentityProvider) -> None:
    reply = visit.http.get(f"{SSO}/exit")
    assert reply.status_code == 303 and reply.headers["location"].startswith(f"{provider.issuer}/oauth2/end_session?")
    back = parse_qs(urlsplit(reply.headers["location"]).query)["post_logout_redirect_uri"]
    assert [urlsplit(one).path for one in back] == ["/console"]


def test_a_member_who_unlinks_can_be_linked_anew(
    house: Installation, visit: Visit, provider: IdentityProvider, member: Member
) -> None:
    assert came(visit, provider, member) == "/console#sso" and visit.open(member.password) == 201
    assert visit.http.get(f"{SSO}/link").json() == {"on": True, "linked": True}
    given = {"password": member.password, "code": member.code()}
    assert visit.http.post("/v1/staff/sessions/current/proof", json=given).is_success
    assert visit.http.delete(f"{SSO}/link").status_code == 204
    assert visit.http.delete(f"{SSO}/link").status_code == 404
    provider.account("new-subject", email=member.email, email_verified=True)
    again = Visit(house.url)
    assert again.arrive(provider.sign_in(again.depart(), "new-subject")) == "/console#sso"
    assert again.open(member.password) == 201


def test_a_passphrase_cant_be_guessed_by_whoever_owns_the_providers_account(
    visit: Visit, provider: IdentityProvider, member: Member
) -> None:
    assert came(visit, provider, member) == "/console#sso"
    statuses = [visit.open(f"wrong password {n}") for n in range(13)]
    assert (statuses.count(401), statuses.count(429)) == (10, 3)


def test_where_none_is_set_there_is_no_single_sign_on(tmp_path: Path) -> None:
    with without_bot(tmp_path) as installation:
        visit = Visit(installation.url)
        assert visit.http.get(SSO).json() == {"on": False}
        assert visit.http.post(SSO).status_code == 404
        assert visit.http.get(CALLBACK).headers["location"] == "/console#sso-refused"
        assert visit.http.get(f"{SSO}/exit").headers["location"] == "/console"


def test_a_stolen_database_holds_no_state_no_subject_on_the_way_and_no_secret(
    house: Installation, visit: Visit, provider: IdentityProvider, member: Member
) -> None:
    address = visit.depart()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    kept = b"".join(part.read_bytes() for part in Store(house.folder).parts)
    assert not any(asked[name].encode() in kept for name in ("state", "nonce"))
    assert visit.http.cookies["faro_sso"].encode() not in kept
    assert visit.arrive(provider.sign_in(address, subject(member))) == "/console#sso"
    assert subject(member).encode() not in b"".join(part.read_bytes() for part in Store(house.folder).parts)


@pytest.fixture(scope="module")
def liar() -> Iterator[Forger]:
    with forger() as running:
        yield running


@pytest.fixture(scope="module")
def misled(liar: Forger, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose provider lies when a test wants it to."""
    with without_bot(tmp_path_factory.mktemp("misled"), **settings_of(liar.issuer)) as running:
        yield running


@pytest.fixture
def honest(misled: Installation, liar: Forger) -> Member:
    """The member whom the forger's tokens name; everything about them is right until a test changes it."""
    member = hire(misled, Role.counsellor)[0]
    liar.subject, liar.claims = subject(member), {"email": member.email, "email_verified": True}
    liar.known, liar.algorithm, liar.status, liar.strange_key = {}, "RS256", 200, False
    return member


def test_an_honest_token_is_taken(misled: Installation, liar: Forger, honest: Member) -> None:
    """The tests below change one thing each."""
    visit = Visit(misled.url)
    assert visit.arrive(liar.sign_in(visit.depart())) == "/console#sso"
    assert visit.open(honest.password) == 201
    assert visit.http.cookies[COOKIE]


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.invalid"}, {"iss": None}, {"aud": "another client"}, {"aud": None}, {"sub": None},
        {"aud": ["faro", "another client"]}, {"azp": "another client"}, {"exp": 1_000_000_000}, {"exp": None}, {"iat": None},
        {"iat": 9_999_999_999}, {"nbf": 9_999_999_999}, {"nonce": "another nonce"}, {"nonce": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_with_one_wrong_claim_is_refused(
    misled: Installation, liar: Forger, honest: Member, claims: dict[str, Any]
) -> None:
    visit = Visit(misled.url)
    address = visit.depart()
    liar.claims |= claims
    assert visit.arrive(liar.sign_in(address)) == "/console#sso-refused"


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_is_not_signed_by_the_providers_key_is_refused(
    misled: Installation, liar: Forger, honest: Member, algorithm: str
) -> None:
    visit = Visit(misled.url)
    liar.algorithm = algorithm
    assert visit.arrive(liar.sign_in(visit.depart())) == "/console#sso-refused"


def test_a_token_that_another_key_signed_is_refused(misled: Installation, liar: Forger, honest: Member) -> None:
    visit = Visit(misled.url)
    liar.strange_key = True
    assert visit.arrive(liar.sign_in(visit.depart())) == "/console#sso-refused"


@pytest.mark.parametrize(
    "known",
    [
        {"issuer": "https://elsewhere.invalid"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"end_session_endpoint": "data:text/html,x"},
    ],
    ids=str,
)
def test_a_provider_that_is_not_the_issuer_or_leads_astray_is_away(
    misled: Installation, liar: Forger, honest: Member, known: dict[str, Any]
) -> None:
    visit = Visit(misled.url)
    back = liar.sign_in(visit.depart())
    liar.known = known
    assert visit.http.post(SSO).status_code == 503
    assert visit.arrive(back) == "/console#sso-refused"


def test_no_redirect_of_the_provider_is_followed(misled: Installation, liar: Forger, honest: Member) -> None:
    visit = Visit(misled.url)
    liar.status = 302
    liar.asked.clear()
    assert visit.http.post(SSO).status_code == 503
    assert liar.asked == ["/.well-known/openid-configuration"]


def test_strangers_at_the_callback_are_counted_and_fill_no_table(tmp_path: Path) -> None:
    """As many as a source may try leave a line in the audit log; what is over that leaves none."""
    with without_bot(tmp_path, FARO_SIGN_INS_PER_SOURCE="5/minute") as installation:
        visit = Visit(installation.url)
        answers = {visit.http.get(CALLBACK, params={"code": "x", "state": "x"}).headers["location"] for _ in range(9)}
        refused = Store(tmp_path).one("select count(*) from audit_entry where reason = 'sso'")
    assert (answers, refused) == ({"/console#sso-refused"}, 5)
