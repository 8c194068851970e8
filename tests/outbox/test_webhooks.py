"""Webhooks as an admin sets them up and a helpline's own system receives them."""

import json
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from api.auth.rules import Role
from api.outbox.rules import CASE_EVENTS, MAX_BODY
from tests.support.mortal import until
from tests.support.office import Office
from tests.support.people import Hiring
from tests.support.receiver import Came, Receiver

ZERO, HOUR, DAY = timedelta(0), timedelta(hours=1), timedelta(days=1)
STORY = "marzipan in the words of a child"
FACTS = {"id", "number", "helpline_id", "state", "risk", "locale", "outcome", "version"}


@contextmanager
def endpoint(office: Office, url: str, *events: str) -> Iterator[dict[str, Any]]:
    """An endpoint with its secret, gone at the end."""
    made = office.admin.http.post("/v1/webhooks", json={"url": url, "events": list(events or CASE_EVENTS)})
    assert made.status_code == 201, made.text
    yield made.json()
    office.admin.http.delete(f"/v1/webhooks/{made.json()['id']}")


def rows(office: Office, **narrowed: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.admin.http.get("/v1/webhooks/deliveries", params=narrowed).json()
    return found


def told(came: list[Came]) -> list[str]:
    return [json.loads(each.body)["type"] for each in came]


def try_now(office: Office, delivery_id: str) -> None:
    """Move the clock of one row: its next try is due."""
    office.store.change("update webhook_delivery set due_at = '2020-01-01 00:00:00.000000' where id = ?", delivery_id)


def test_the_life_of_a_case_is_told_in_signed_events(office: Office, system: Receiver) -> None:
    with endpoint(office, f"{system.url}/faro") as made:
        counsellor = office.counsellors[0]
        child, case_id = office.claimed()
        counsellor.act(case_id, "release")
        counsellor.act(case_id, "claim")
        counsellor.act(case_id, "close", {"outcome": "helped"})
        child.http.delete(child.path, headers=child.headers)
        came = system.wait_for(6)
    assert sorted(told(came)) == sorted([*CASE_EVENTS, "case.claimed"])
    bodies = [Webhook(made["secret"]).verify(each.body, each.headers) for each in came]
    assert {body["data"]["id"] for body in bodies} == {case_id}
    assert {each.path for each in came} == {"/faro"}
    states = {body["type"]: (body["data"]["state"], body["data"]["outcome"]) for body in bodies}
    assert states["case.created"] == ("waiting", None)
    assert states["case.closed"] == states["case.erased"] == ("closed", "helped")


def test_an_event_is_thin_and_holds_no_word(office: Office, system: Receiver) -> None:
    with endpoint(office, system.url, "case.created"):
        child = office.child()
        child.hand_over("transcript", story=STORY, callback={"when": STORY, "channel": "phone", "phone_private": True})
        (came,) = system.wait_for(1)
    assert json.loads(came.body)["data"].keys() == FACTS
    assert STORY not in came.body
    assert len(came.body) < MAX_BODY
    assert not [value for value in office.store.rows("select body from webhook_delivery") if STORY in str(value)]


def test_only_chosen_events_of_the_own_helpline_are_told(office: Office, system: Receiver) -> None:
    with endpoint(office, system.url, "case.closed"):
        _, case_id = office.claimed()
        office.counsellors[0].act(case_id, "close", {"outcome": "referred"})
        came = system.wait_for(1)
        until(lambda: not rows(office, state="due"))
    assert told(came) == ["case.closed"]


def test_what_was_rolled_back_is_not_told(office: Office, system: Receiver) -> None:
    """The event stands in the transaction of the act: a claim that was lost tells nobody."""
    with endpoint(office, system.url, "case.claimed"):
        _, case_id = office.claimed()
        assert office.counsellors[1].act(case_id, "claim").status_code == 409
        system.wait_for(1)
        assert len(rows(office)) == 1


def test_a_failure_is_tried_again_under_the_same_id_at_its_own_time(office: Office, system: Receiver) -> None:
    system.status = 500
    with endpoint(office, system.url, "case.created") as made:
        office.waiting()
        system.wait_for(1)
        until(lambda: rows(office)[0]["status"] == 500)
        (row,) = rows(office)
        assert (row["state"], row["tries"], row["trouble"]) == ("due", 1, None)
        system.status = 200
        try_now(office, row["id"])
        first, second = system.wait_for(2)
        until(lambda: rows(office)[0]["state"] == "delivered")
    assert first.id == second.id == row["id"]
    assert first.body == second.body
    for each in (first, second):
        Webhook(made["secret"]).verify(each.body, each.headers)


def test_a_redirect_is_not_followed_and_is_no_success(office: Office, system: Receiver) -> None:
    system.status, system.location = 307, f"{system.url}/elsewhere"
    with endpoint(office, f"{system.url}/here", "case.created"):
        office.waiting()
        until(lambda: rows(office)[0]["status"] == 307)
        assert rows(office)[0]["state"] == "due"
    assert [each.path for each in system.came] == ["/here"]


def test_the_last_failure_parks_a_delivery_and_a_replay_sends_it_under_its_id(office: Office, system: Receiver) -> None:
    system.status = 503
    with endpoint(office, system.url, "case.created") as made:
        office.waiting()
        until(lambda: rows(office)[0]["status"] == 503)
        (row,) = rows(office)
        office.store.change("update webhook_delivery set tries = 9 where id = ?", row["id"])
        try_now(office, row["id"])
        until(lambda: [each["id"] for each in rows(office, state="parked")] == [row["id"]])
        assert office.admin.http.get("/v1/webhooks").json()["endpoints"][0]["parked"] == 1
        system.status = 200
        for path in (f"deliveries/{row['id']}", made["id"]):  # one, or all of an endpoint: what is not parked stays
            assert office.admin.http.post(f"/v1/webhooks/{path}/replay").status_code == 204
        until(lambda: rows(office)[0]["state"] == "delivered")
    assert {each.id for each in system.came} == {row["id"]}
    assert rows(office) == []


def test_a_receiver_that_is_gone_is_asked_no_more(office: Office, system: Receiver) -> None:
    """410 switches the endpoint off; what was for it is parked in sight, and goes out after it is switched on again."""
    system.status = 410
    with endpoint(office, system.url, "case.created") as made:
        office.waiting()
        until(lambda: office.admin.http.get("/v1/webhooks").json()["endpoints"][0]["gone_at"] is not None)
        office.waiting()
        assert [(row["state"], row["status"]) for row in rows(office)] == [("parked", 410)]
        assert office.admin.http.post(f"/v1/webhooks/{made['id']}/test").status_code == 409
        system.status = 200
        assert office.admin.http.patch(f"/v1/webhooks/{made['id']}", json={"active": True}).json()["gone_at"] is None
        office.admin.http.post(f"/v1/webhooks/{made['id']}/replay")
        until(lambda: rows(office)[0]["state"] == "delivered")
        query = "select actor from audit_entry where action = 'webhook.gone' and thing = ?"
        assert office.store.one(query, made["id"]) == "system"


def test_for_a_day_after_a_rotation_both_secrets_verify(office: Office, system: Receiver) -> None:
    with endpoint(office, system.url, "case.created") as made:
        rotated = office.admin.http.post(f"/v1/webhooks/{made['id']}/secret").json()
        office.waiting()
        (both,) = system.wait_for(1)
        office.store.set_time("webhook_endpoint", "old_until", ZERO, "id = ?", made["id"])
        office.waiting()
        _, one = system.wait_for(2)
    assert len(both.headers["webhook-signature"].split()) == 2
    for secret in (made["secret"], rotated["secret"]):
        Webhook(secret).verify(both.body, both.headers)
    Webhook(rotated["secret"]).verify(one.body, one.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(one.body, one.headers)


NODE = """
const { createHmac, timingSafeEqual } = require("node:crypto");
const { secret, headers, body } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const key = Buffer.from(secret.slice("whsec_".length), "base64");
const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
const wanted = createHmac("sha256", key).update(signed).digest();
const given = headers["webhook-signature"].split(" ").map((one) => Buffer.from(one.slice("v1,".length), "base64"));
const good = given.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
process.exit(good && Math.abs(Date.now() / 1000 - headers["webhook-timestamp"]) < 300 ? 0 : 1);
"""


def test_a_receiver_in_javascript_verifies_it_too(office: Office, system: Receiver) -> None:
    with endpoint(office, system.url, "case.created") as made:
        office.waiting()
        (came,) = system.wait_for(1)
    for body, status in ((came.body, 0), (came.body.replace("waiting", "claimed"), 1)):
        given = json.dumps({"secret": made["secret"], "headers": came.headers, "body": body})
        assert subprocess.run(["node", "-e", NODE], input=given, text=True, check=False).returncode == status


def test_an_admin_sends_a_test_event(office: Office, system: Receiver) -> None:
    with endpoint(office, system.url) as made:
        assert office.admin.http.post(f"/v1/webhooks/{made['id']}/test").status_code == 204
        (came,) = system.wait_for(1)
    assert told([came]) == ["webhook.test"]


def test_the_head_of_the_audit_log_goes_to_a_second_place_once(office: Office, system: Receiver) -> None:
    """At the start and every hour; the same head is not told twice."""
    with endpoint(office, system.url, "audit.head"):
        office.installation.stop()
        office.installation.start()
        (came,) = system.wait_for(1)
        head = json.loads(came.body)["data"]
        office.installation.stop()
        office.installation.start()
        until(lambda: not rows(office, state="due"))
        assert len(system.came) == 1
    assert office.store.one("select mac from audit_entry where seq = ?", head["seq"]) == head["mac"]


def test_the_secret_is_shown_once_and_stands_nowhere_in_the_clear(office: Office, system: Receiver) -> None:
    with endpoint(office, system.url) as made:
        listed = office.admin.http.get("/v1/webhooks").text
        raw = made["secret"].removeprefix("whsec_")
        assert raw not in listed
        assert b"whsec_" not in b"".join(part.read_bytes() for part in office.store.parts)
        assert b64decode(raw) not in b"".join(part.read_bytes() for part in office.store.parts)
        assert raw not in office.installation.log.read_text()


def test_another_helplines_admin_finds_nothing(office: Office, system: Receiver) -> None:
    (stranger,) = Hiring(office.installation).helpline(Role.admin)
    system.status = 500
    with endpoint(office, system.url, "case.created") as made:
        office.waiting()
        until(lambda: rows(office)[0]["status"] == 500)
        (row,) = rows(office)
        assert stranger.http.get("/v1/webhooks").json()["endpoints"] == []
        assert stranger.http.get("/v1/webhooks/deliveries").json() == []
        asked = [
            stranger.http.patch(f"/v1/webhooks/{made['id']}", json={"active": False}),
            stranger.http.delete(f"/v1/webhooks/{made['id']}"),
            *(stranger.http.post(f"/v1/webhooks/{made['id']}/{verb}") for verb in ("secret", "test", "replay")),
            stranger.http.post(f"/v1/webhooks/deliveries/{row['id']}/replay"),
        ]
        assert [reply.status_code for reply in asked] == [404] * 6


def test_a_new_endpoint_and_a_new_secret_need_a_fresh_proof(office: Office, system: Receiver) -> None:
    with endpoint(office, system.url) as made:
        age = "update staff_session set proved_at = '2020-01-01 00:00:00.000000' where staff_id = ?"
        office.store.change(age, office.admin.id)
        given = {"url": system.url, "events": ["case.created"]}
        assert office.admin.http.post("/v1/webhooks", json=given).status_code == 403
        assert office.admin.http.post(f"/v1/webhooks/{made['id']}/secret").status_code == 403
        office.store.set_time("staff_session", "proved_at", ZERO, "staff_id = ?", office.admin.id)


def test_acts_of_an_admin_are_written_down_without_the_address(office: Office, system: Receiver) -> None:
    with endpoint(office, f"{system.url}/canary") as made:
        office.admin.http.patch(f"/v1/webhooks/{made['id']}", json={"events": ["case.closed"]})
    seen = office.store.rows("select action, reason from audit_entry where thing = ? order by seq", made["id"])
    assert seen == [("webhook.add", None), ("webhook.change", None), ("webhook.remove", None)]
    assert "canary" not in str(office.store.rows("select * from audit_entry"))


def test_what_was_delivered_is_forgotten_after_a_week(office: Office, system: Receiver) -> None:
    with endpoint(office, system.url, "case.created"):
        for _ in range(2):
            office.waiting()
        until(lambda: [row["state"] for row in rows(office)] == ["delivered"] * 2)
        old, young = (row["id"] for row in rows(office))
        office.store.set_time("webhook_delivery", "created_at", 7 * DAY + HOUR, "id = ?", old)
        office.store.set_time("webhook_delivery", "created_at", 7 * DAY - HOUR, "id = ?", young)
        office.installation.stop()
        office.installation.start()
        until(lambda: [row["id"] for row in rows(office)] == [young])
