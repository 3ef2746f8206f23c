"""The loop in 26 calls, from an empty installation, through the gateway: what each call must answer."""

import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from deploy.tour.cast import Cast
from deploy.tour.loop import Loop
from deploy.tour.walk import Body, Step
from tests.journeys.suite import Suite

pytestmark = [pytest.mark.journey, pytest.mark.processes]

UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
Kept = dict[str, str]


def subset(whole: object, part: object) -> bool:
    """Whether `part` is in `whole`: answers may hold more fields, never other values."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(name in whole and subset(whole[name], value) for name, value in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) == len(whole) and all(subset(w, p) for w, p in zip(whole, part, strict=True))
    return whole == part


def check_created(step: Step, kept: Kept) -> None:
    assert step.status == 201
    assert UUID.match(step.answer["id"])
    assert step.headers["ETag"]
    assert step.headers["Location"].endswith(step.answer["id"])


def check_requirements(step: Step, kept: Kept) -> None:
    assert step.body is not None
    assert subset(step.answer["data"], step.body["data"])
    assert step.headers["ETag"]


def check_lea(step: Step, kept: Kept) -> None:
    assert step.status == 201
    assert step.answer["active"] is True
    assert subset(step.answer["external_ids"], [{"source": "hris", "external_id": "E1"}])


def check_mia(step: Step, kept: Kept) -> None:
    assert step.status == 201
    assert step.answer["hired_on"] == "2024-03-01"
    assert step.answer["manager_id"] == kept["lea"]
    assert step.answer["role_id"] == kept["sales"]


def check_cycle(step: Step, kept: Kept) -> None:
    check_created(step, kept)
    assert step.answer["status"] == "open"


def check_rating(step: Step, kept: Kept) -> None:
    assert step.status == 201
    assert step.body is not None
    assert subset(step.answer, step.body)


def check_closed_cycle(step: Step, kept: Kept) -> None:
    assert step.answer["status"] == "closed"
    assert UUID.match(step.answer["snapshot_id"])
    assert UUID.match(step.answer["next_cycle_id"])


def gaps_before(kept: Kept) -> Body:
    """Readiness is (0.5·0 + 1.0·1) / (0.5·3 + 1.0·3) = 1 / 4.5."""
    return {
        "person_id": kept["mia"],
        "role": {"id": kept["marketer"], "title": "Social media marketer"},
        "current_role": {"id": kept["sales"], "title": "Sales representative"},
        "horizon": "short",
        "as_of": None,
        "policy_version": 1,
        "readiness": 0.2222,
        "assessed_share": 0.5,
        "essential_open": 1,
        "next_cursor": None,
        "data": [
            {
                "skill": {"id": kept["social"], "label": "Market on social media"},
                "target_level": 3,
                "level": 1.0,
                "gap": 2.0,
                "importance": 1.0,
                "weighted_gap": 2.0,
                "essential": True,
                "status": "gap",
                "kind": "reskilling",
                "reason": {
                    "code": "not_in_current_role",
                    "text": "Sales representative does not need this skill; Social media marketer does.",
                },
                "horizon": "now",
            },
            {
                "skill": {"id": kept["video"], "label": "Use virtual conference tools"},
                "target_level": 3,
                "level": None,
                "gap": 3.0,
                "importance": 0.5,
                "weighted_gap": 1.5,
                "essential": False,
                "status": "unrated",
                "kind": "upskilling",
                "reason": {
                    "code": "in_current_role",
                    "text": "Sales representative needs this skill too, at level 3.",
                },
                "horizon": "now",
            },
        ],
    }


def check_gaps_before(step: Step, kept: Kept) -> None:
    assert subset(step.answer, gaps_before(kept)), step.answer


def check_pathway(step: Step, kept: Kept) -> None:
    steps = step.answer["data"][0]["steps"]
    assert steps[-1]["role"]["id"] == kept["marketer"]
    assert all({"gaps", "effort", "similarity"} <= set(leg) for leg in steps)
    assert steps[-1]["gaps"]


def check_program(step: Step, kept: Kept) -> None:
    check_created(step, kept)
    assert step.body is not None
    assert subset(step.answer["details"], step.body["details"])
    assert step.answer["cost"] == {"amount": "300.00", "currency": "EUR"}
    assert step.answer["hours"] == 24


def check_recommendation(step: Step, kept: Kept) -> None:
    first = step.answer["data"][0]
    assert first["program"]["id"] == kept["program"]
    assert first["score"] > 0
    assert first["score_parts"]
    assert first["reasons"]
    assert subset(first["closes"], [{"skill_id": kept["social"], "from_level": 1, "to_level": 3}])


def check_plan(step: Step, kept: Kept) -> None:
    assert step.status == 201
    assert step.answer["status"] == "draft"
    assert UUID.match(step.answer["items"][0]["id"])


def check_requested(step: Step, kept: Kept) -> None:
    check_created(step, kept)
    assert step.answer["status"] == "requested"
    assert step.answer["allowed"] == ["approve", "decline", "withdraw"]
    assert step.answer["approver_ids"] == [kept["lea"]]


def check_enrolled(step: Step, kept: Kept) -> None:
    assert step.answer["status"] == "enrolled"
    assert "complete" in step.answer["allowed"]


def check_completed(step: Step, kept: Kept) -> None:
    assert step.answer["status"] == "completed"
    assert UUID.match(step.answer["credential_id"])
    assert step.answer["evidence"]["status"] == "pending"
    kept["completed_at"] = step.answer["completed_at"]


def check_gaps_after(step: Step, kept: Kept) -> None:
    """Readiness is (0.5·0 + 1.0·3) / 4.5: the learning marks a change, so the earlier ratings count no more."""
    social = next(item for item in step.answer["data"] if item["skill"]["id"] == kept["social"])
    assert subset(social, {"level": 3.0, "gap": 0.0, "weighted_gap": 0.0, "status": "met"}), social
    assert step.answer["readiness"] == 0.6667


def check_credential(step: Step, kept: Kept) -> None:
    assert "OpenBadgeCredential" in step.answer["type"]
    assert step.answer["credentialSubject"]["achievement"]["name"] == "Four weeks in marketing"
    assert step.headers["Content-Type"].startswith("application/vc+ld+json")


def check_follow_ups(step: Step, kept: Kept) -> None:
    tasks = {task["kind"]: task for task in step.answer["data"]}
    assert set(tasks) == {"approval", "completion", "day_30", "day_60", "day_90"}
    completed_on = datetime.fromisoformat(kept["completed_at"]).date()
    for days in (30, 60, 90):
        assert date.fromisoformat(tasks[f"day_{days}"]["due_on"]) == completed_on + timedelta(days=days)
    assert all(task["leader_id"] == kept["lea"] for task in tasks.values())


def check_trend(step: Step, kept: Kept) -> None:
    assert subset(
        step.answer,
        {
            "data": [
                {"cycle_id": kept["cycle"], "people": 1, "readiness": 0.2222, "weighted_gap": 3.5},
                {"cycle_id": None, "closed_at": None, "people": 1, "readiness": 0.6667, "weighted_gap": 1.5},
            ],
            "next_cursor": None,
        },
    ), step.answer
    assert step.answer["data"][0]["closed_at"].endswith("Z")


CHECKS: dict[str, Callable[[Step, Kept], None]] = {
    "1": check_created,
    "2": check_created,
    "3": check_created,
    "4": check_created,
    "5": check_requirements,
    "6": check_created,
    "7": check_requirements,
    "8a": check_lea,
    "8b": check_mia,
    "9": check_cycle,
    "10": check_rating,
    "11": check_rating,
    "12": check_closed_cycle,
    "13": check_gaps_before,
    "14": check_pathway,
    "15": check_program,
    "16": check_created,
    "17": check_recommendation,
    "18": check_plan,
    "19": check_requested,
    "20": check_enrolled,
    "21": check_completed,
    "22": check_gaps_after,
    "23": check_credential,
    "24": check_follow_ups,
    "25": check_trend,
}


def test_the_loop_closes_the_gap(suite: Suite, http: httpx.Client) -> None:
    """Every call of the walk is answered as written, in order, on an installation that was empty before."""
    loop = Loop(http, Cast(datetime.now(UTC).date()))
    walked = []
    for step in loop.walk():
        CHECKS[step.number](step, loop.kept)
        walked.append(step.number)
    assert walked == list(CHECKS)


def read_until_recorded(http: httpx.Client, enrollment: str) -> Body:
    """Skills knows of the evidence a moment before enrollment knows that it does."""
    for _ in range(300):
        answer: Body = http.get(f"/v1/enrollments/{enrollment}").json()
        if answer["evidence"]["status"] == "recorded":
            return answer
        time.sleep(0.1)
    raise AssertionError("the evidence was not recorded")


def test_the_evidence_is_recorded_on_the_enrollment(suite: Suite, http: httpx.Client) -> None:
    """The walk once more with other names: the completion ends with its rating, and the explanation names it."""
    loop = Loop(http, Cast(datetime.now(UTC).date(), mark="again"))
    list(loop.walk())
    enrollment = read_until_recorded(http, loop.kept["enrollment"])
    assert len(enrollment["evidence"]["rating_ids"]) == 1
    timeline = http.get(f"/v1/enrollments/{loop.kept['enrollment']}/timeline").json()["data"]
    assert [entry["to_status"] for entry in timeline] == ["requested", "approved", "enrolled", "completed"]
    assert timeline[1]["actor"]["person_id"] == loop.kept["lea"]
    levels = http.get(f"/v1/people/{loop.kept['mia']}/skills").json()["data"]
    social = next(level for level in levels if level["skill"]["id"] == loop.kept["social"])
    assert social["level"] == 3.0
