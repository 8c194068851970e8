"""A case is filed under the field's categories and found again; two who change it at once do not overwrite each other."""

from typing import Any

import httpx

from tests.support.office import Office
from tests.support.people import StaffClient


def file(who: StaffClient, case_id: str, version: Any, **filing: Any) -> httpx.Response:
    headers = {} if version is None else {"if-match": f'"{version}"'}
    return who.http.patch(f"/v1/cases/{case_id}", json=filing, headers=headers)


def test_a_case_is_filed_and_found_by_category_and_number(office: Office) -> None:
    counsellor = office.counsellors[0]
    _, case_id = office.claimed()
    whole = counsellor.http.get(f"/v1/cases/{case_id}")
    done = file(
        counsellor, case_id, whole.headers["etag"].strip('"'), categories=["online_abuse", "distress"], image_nature="fake"
    )
    assert done.status_code == 200, done.text
    assert done.headers["etag"] == f'"{whole.json()["version"] + 1}"'
    number = whole.json()["number"]
    for wanted in ({"category": "distress"}, {"number": number.lower().replace("-", " ")}, {"number": number[:6]}):
        assert case_id in [row["id"] for row in counsellor.queue(**wanted)]
    assert case_id not in [row["id"] for row in counsellor.queue(category="legal")]


def test_a_change_of_an_older_version_is_refused_and_loses_nothing(office: Office) -> None:
    counsellor = office.counsellors[0]
    _, case_id = office.claimed()
    version = counsellor.case(case_id)["version"]
    assert file(counsellor, case_id, version, categories=["online_abuse"]).status_code == 200
    assert file(counsellor, case_id, version, categories=["legal"]).status_code == 412
    assert counsellor.case(case_id)["categories"] == ["online_abuse"]


def test_a_change_that_names_no_version_is_refused(office: Office) -> None:
    _, case_id = office.claimed()
    assert file(office.counsellors[0], case_id, None, categories=["online_abuse"]).status_code == 428


def test_a_category_that_does_not_exist_is_refused(office: Office) -> None:
    _, case_id = office.claimed()
    version = office.counsellors[0].case(case_id)["version"]
    assert file(office.counsellors[0], case_id, version, categories=["deepfake"]).status_code == 400


def test_a_closed_case_keeps_its_follow_up_day_and_can_still_be_filed(office: Office) -> None:
    counsellor = office.counsellors[0]
    _, case_id = office.claimed()
    done = counsellor.act(case_id, "close", {"outcome": "referred", "follow_up_on": "2027-02-01"})
    assert done.json()["follow_up_on"] == "2027-02-01"
    assert file(counsellor, case_id, done.json()["version"], image_nature="real").json()["image_nature"] == "real"
