"""The loop in 26 calls: needs found, a way offered, a seat taken, the learning done, the gap closed.

Every call goes through the gateway. The order differs from the loop's own in one place: the first
assessment cycle closes before the training, because a trend needs a point before and a point after.
"""

from collections.abc import Iterator
from typing import Any

import httpx

from deploy.tour.cast import Cast
from deploy.tour.sentences import (
    counted,
    reason_text,
    tell_follow_ups,
    tell_gaps,
    tell_pathway,
    tell_readiness,
    tell_trend,
)
from deploy.tour.walk import Body, Call, Step, Walker, step

EVIDENCE_SECONDS = 30.0
"""It takes well under a second; a machine that is busy with other things may need longer."""


class Loop:
    """One walk. `kept` holds the ids that later calls need, under the names of the story."""

    def __init__(self, http: httpx.Client, cast: Cast) -> None:
        self.walker = Walker(http)
        self.cast = cast
        self.kept: dict[str, str] = {}

    def walk(self) -> Iterator[Step]:
        """Make the calls in order. Raises UnexpectedAnswer at the first one that is not answered well."""
        yield from self._describe_work()
        yield from self._bring_people()
        yield from self._assess()
        yield from self._look_ahead()
        yield from self._offer_learning()
        yield from self._learn()
        yield from self._look_back()

    # What work needs

    def _describe_work(self) -> Iterator[Step]:
        cast = self.cast
        framework = {"uri": cast.uri(), "title": cast.name("Shop skills"), "version": "1", "scale_id": None}
        yield self._create("1", "/v1/frameworks", framework, "framework", "A framework of skills, on five levels")
        yield self._create("2", "/v1/skills", self._video_skill(), "video", "A skill: Use virtual conference tools")
        yield self._create("3", "/v1/skills", self._social_skill(), "social", "A skill: Market on social media")
        sales = self._role("Sales representative", "Sales", "3", "R-SALES")
        yield from self._describe_role("4", "sales", sales, [self._needs("video", 3, 1.0, True)])
        marketer = self._role("Social media marketer", "Marketing", "4", "R-MKT")
        needs = [self._needs("video", 3, 0.5, False), self._needs("social", 3, 1.0, True)]
        yield from self._describe_role("6", "marketer", marketer, needs)

    def _describe_role(self, number: str, name: str, role: Body, needs: list[Body]) -> Iterator[Step]:
        call = Call(number, "POST", "/v1/roles", role, (201,))
        created = self.walker.make(call)
        self.kept[name] = created.json()["id"]
        yield step(call, created, f"A role: {role['title']}")
        path = f"/v1/roles/{self.kept[name]}/requirements"
        call = Call(str(int(number) + 1), "PUT", path, {"data": needs}, headers={"If-Match": created.headers["ETag"]})
        yield step(call, self.walker.make(call), f"It needs {counted(len(needs), 'skill')}, each at level 3")

    # Who works here

    def _bring_people(self) -> Iterator[Step]:
        cast = self.cast
        unit = cast.name("Sales")
        lea = self._person("lea", "Lea", "Holm", org_unit=unit)
        mia = self._person(
            "mia",
            "Mia",
            "Berg",
            org_unit=unit,
            role_id=f"hris:{cast.code('R-SALES')}",
            manager_id=f"hris:{cast.code('E1')}",
            hired_on="2024-03-01",
        )
        yield self._arrive("8a", "E1", "lea", lea, "Lea Holm arrives from the HR system; she leads")
        yield self._arrive("8b", "E2", "mia", mia, "Mia Berg arrives: Sales representative, reports to Lea")

    def _arrive(self, number: str, external_id: str, name: str, person: Body, told: str) -> Step:
        path = f"/v1/people/by-external-id/hris/{self.cast.code(external_id)}"
        call = Call(number, "PUT", path, person, (201,))
        response = self.walker.make(call)
        self.kept[name] = response.json()["id"]
        return step(call, response, told)

    # Where Mia stands

    def _assess(self) -> Iterator[Step]:
        opens, closes = self.cast.quarter
        cycle = {
            "title": self.cast.name("This quarter"),
            "kind": "quarterly",
            "opens_on": opens.isoformat(),
            "closes_on": closes.isoformat(),
            "audience": {"person_ids": [self.kept["mia"]]},
            "required_sources": ["self", "manager"],
        }
        yield self._create("9", "/v1/assessment-cycles", cycle, "cycle", "This quarter's assessment opens for Mia")
        own = self._rating(source="self", assessor_id=self.kept["mia"])
        yield self._create("10", "/v1/ratings", own, "own_rating", "Mia rates herself in social media: level 1")
        leader = self._rating(source="manager", assessor_id=self.kept["lea"], note="Has posted twice with help")
        yield self._create("11", "/v1/ratings", leader, "leader_rating", "Lea sees the same: level 1")
        call = Call("12", "POST", f"/v1/assessment-cycles/{self.kept['cycle']}/close", {"create_next": True})
        response = self.walker.make(call)
        self.kept["next_cycle"] = response.json()["next_cycle_id"]
        yield step(call, response, "The cycle closes and freezes a snapshot; the next one is ready")

    # Where she could go

    def _look_ahead(self) -> Iterator[Step]:
        call = Call("13", "GET", self._gaps_path())
        response = self.walker.make(call)
        self.kept["level_before"] = f"{self._social_gap(response.json())['level']:g}"
        yield step(call, response, tell_readiness(response.json()), *tell_gaps(response.json()))
        call = Call("14", "GET", f"/v1/people/{self.kept['mia']}/pathways?target_role_id={self.kept['marketer']}")
        response = self.walker.make(call)
        yield step(call, response, *tell_pathway(response.json()))

    # What the organisation offers

    def _offer_learning(self) -> Iterator[Step]:
        yield self._create(
            "15", "/v1/programs", self._program(), "program", "A program: Four weeks in marketing, 24 hours, 300 EUR"
        )
        offering = {
            "starts_at": None,
            "ends_at": None,
            "enrollment_closes_at": None,
            "capacity": 1,
            "waitlist": "auto",
            "place": "Head office",
        }
        path = f"/v1/programs/{self.kept['program']}/offerings"
        yield self._create("16", path, offering, "offering", "It runs at the head office, with one seat")
        wanted = {
            "person_id": self.kept["mia"],
            "role_id": self.kept["marketer"],
            "horizon": "short",
            "max_hours": 40,
            "max_cost": {"amount": "500.00", "currency": "EUR"},
            "formats": ["cross_training", "course"],
        }
        call = Call("17", "POST", "/v1/recommendations", wanted)
        response = self.walker.make(call)
        first = response.json()["data"][0]
        told = f"Recommended first: {first['program']['title']} (score {first['score']:.2f})"
        yield step(call, response, told, *(reason_text(reason) for reason in first["reasons"]))

    # Mia takes part

    def _learn(self) -> Iterator[Step]:
        plan = {
            "person_id": self.kept["mia"],
            "target_role_id": self.kept["marketer"],
            "items": [
                {
                    "skill_id": self.kept["social"],
                    "to_level": 3,
                    "program_id": self.kept["program"],
                    "due_on": self.cast.end_of_next_quarter.isoformat(),
                }
            ],
        }
        call = Call("18", "POST", "/v1/plans", plan, (201,))
        response = self.walker.make(call)
        self.kept["plan_item"] = response.json()["items"][0]["id"]
        yield step(call, response, "Mia's plan: level 3 in social media by the end of next quarter")
        request = {
            "person_id": self.kept["mia"],
            "offering_id": self.kept["offering"],
            "plan_item_id": self.kept["plan_item"],
        }
        yield self._create("19", "/v1/enrollments", request, "enrollment", "She asks for the seat; Lea must approve")
        approval = {"acting_person_id": self.kept["lea"], "reason": "Agreed in our talk"}
        yield self._move("20", "approve", approval, "Lea approves, and the seat is Mia's")
        completion = {
            "acting_person_id": self.kept["lea"],
            "completed_at": None,
            "results": None,
            "reason": "24 hours done",
        }
        done = self._move("21", "complete", completion, "Four weeks later it is done; a badge is issued")
        self.kept["credential"] = done.answer["credential_id"]
        yield done

    def _move(self, number: str, action: str, body: Body, told: str) -> Step:
        call = Call(number, "POST", f"/v1/enrollments/{self.kept['enrollment']}/{action}", body)
        return step(call, self.walker.make(call), told)

    # What came of it

    def _look_back(self) -> Iterator[Step]:
        call = Call("22", "GET", self._gaps_path())
        response = self.walker.repeat(
            call, until=lambda answer: self._social_gap(answer)["status"] == "met", seconds=EVIDENCE_SECONDS
        )
        social = self._social_gap(response.json())
        told = (
            f"The evidence arrived: level {self.kept['level_before']} before, {social['level']:g} after; "
            f"the gap is {social['gap']:g}"
        )
        yield step(call, response, told, tell_readiness(response.json()))
        call = Call("23", "GET", f"/v1/credentials/{self.kept['credential']}")
        response = self.walker.make(call)
        achievement = response.json()["credentialSubject"]["achievement"]["name"]
        yield step(call, response, f"Her badge, readable by anybody's wallet: {achievement}")
        call = Call("24", "GET", f"/v1/follow-ups?enrollment_id={self.kept['enrollment']}")
        response = self.walker.make(call)
        yield step(call, response, "Lea's part goes on:", *tell_follow_ups(response.json()))
        call = Call("25", "GET", f"/v1/gaps/trend?person_id={self.kept['mia']}&role_id={self.kept['marketer']}")
        response = self.walker.make(call)
        yield step(call, response, tell_trend(response.json()))

    # Bodies

    def _create(self, number: str, path: str, body: Body, name: str, told: str) -> Step:
        call = Call(number, "POST", path, body, (201,))
        response = self.walker.make(call)
        self.kept[name] = response.json()["id"]
        return step(call, response, told)

    def _video_skill(self) -> Body:
        return {
            "framework_id": self.kept["framework"],
            "uri": self.cast.uri("virtual-conference"),
            "kind": "skill",
            "labels": {"en": "Use virtual conference tools"},
            "alternative_labels": {"en": ["video meetings"]},
            "status": "published",
        }

    def _social_skill(self) -> Body:
        return {
            "framework_id": self.kept["framework"],
            "uri": self.cast.uri("social-media"),
            "kind": "skill",
            "labels": {"en": "Market on social media"},
            "status": "published",
        }

    def _role(self, title: str, family: str, grade: str, external_id: str) -> Body:
        return {
            "title": title,
            "family": family,
            "grade": grade,
            "external_ids": [{"source": "hris", "external_id": self.cast.code(external_id)}],
        }

    def _needs(self, skill: str, level: int, importance: float, essential: bool) -> Body:
        return {
            "skill_id": self.kept[skill],
            "level": level,
            "importance": importance,
            "essential": essential,
            "effective_from": None,
        }

    def _person(self, who: str, given_name: str, family_name: str, **more: Any) -> Body:
        mail = self.cast.mail(who)
        names = {"given_name": given_name, "family_name": family_name}
        return {"user_name": mail, "email": mail, "active": True} | names | more

    def _rating(self, **more: Any) -> Body:
        about = {"person_id": self.kept["mia"], "skill_id": self.kept["social"], "level": 1}
        return about | {"cycle_id": self.kept["cycle"]} | more

    def _program(self) -> Body:
        return {
            "title": self.cast.name("Four weeks in marketing"),
            "format": "cross_training",
            "status": "published",
            "skills": [{"skill_id": self.kept["social"], "from_level": 1, "to_level": 3}],
            "prerequisites": [],
            "hours": 24,
            "cost": {"amount": "300.00", "currency": "EUR"},
            "delivery": "in_person",
            "languages": ["en"],
            "owner_id": self.kept["lea"],
            "details": {
                "host_role_id": self.kept["marketer"],
                "host_org_unit_id": None,
                "rotation_weeks": 4,
                "backup_for_role_id": None,
            },
        }

    def _gaps_path(self) -> str:
        return f"/v1/people/{self.kept['mia']}/gaps?role_id={self.kept['marketer']}&horizon=short"

    def _social_gap(self, answer: Body) -> Body:
        return next(item for item in answer["data"] if item["skill"]["id"] == self.kept["social"])
