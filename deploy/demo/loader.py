"""Loads the demo organisation through the public API, under the same rules as any integrator.

Everything carries an external id of the source `demo`, and every POST an Idempotency-Key made from what it
says; so a load that was cut off goes on where it stopped, and a second one changes nothing.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import httpx

from deploy.demo.calls import SOURCE, Calls, DemoRefused
from deploy.demo.organisation import Organisation, Record, day, moment, read_organisation

FRAMEWORK_URI = "https://fern-and-field.example/skills"
CYCLE_DAYS = 90
REQUIRED_SOURCES = ["self", "manager"]
RATINGS_PER_CALL = 100
REFERENCES_IN_DETAILS = frozenset({"host_role", "backup_for_role", "sponsor"})
Advance = Callable[[str, int, int], None]


class Loader:
    """One load. `today` is what the dates in the data files count from."""

    def __init__(self, http: httpx.AsyncClient, *, today: date | None = None) -> None:
        self.calls = Calls(http)
        self.today = today or datetime.now(UTC).date()
        self.organisation: Organisation = read_organisation()
        self.plan_items: dict[tuple[str, str], str] = {}

    async def is_empty(self) -> bool:
        """Whether the installation has neither people nor frameworks."""
        for path in ("/v1/people?limit=1", "/v1/frameworks?limit=1"):
            if (await self.calls.send("GET", path))["data"]:
                return False
        return True

    async def load(self, advance: Advance = lambda _what, _done, _of: None) -> None:
        """Load everything, telling each part's progress. Raises DemoRefused."""
        of = self.organisation
        await self._framework()
        await self._each("Skills", of.skills, self._skill, advance)
        await self._each("Skill groups", of.skills, self._broader, advance)
        await self._each("Roles", of.roles, self._role, advance)
        await self._each("Requirements", of.roles, self._requirements, advance)
        await self._each("Org units", of.org_units, self._org_unit, advance)
        await self._each("People", of.people, self._person, advance)
        await self._each("Aspirations", of.people, self._aspiration, advance)
        await self._each("Coverage", of.coverage, self._coverage, advance)
        cycle = await self._open_cycle()
        await self._ratings(cycle, advance)
        await self.calls.post(f"/v1/assessment-cycles/{cycle}/close", {"create_next": True}, key="cycle-close")
        await self._each("Programs", of.programs, self._program, advance)
        await self._each("Offerings", of.programs, self._offerings, advance)
        await self._each("Plans", of.plans, self._plan, advance)
        await self._each("Enrollments", of.enrollments, self._enrollment, advance)

    async def _each(
        self, what: str, records: list[Record], load: Callable[[Record], Awaitable[None]], advance: Advance
    ) -> None:
        advance(what, 0, len(records))
        for number, record in enumerate(records, start=1):
            await load(record)
            advance(what, number, len(records))

    # Skills and roles

    async def _framework(self) -> None:
        scale = self.organisation.scale
        async for known in self.calls.list_all("/v1/scales"):
            if known["title"] == scale["title"]:
                scale_id = known["id"]
                break
        else:
            scale_id = (await self.calls.post("/v1/scales", scale, key="scale"))["id"]
        framework = {"uri": FRAMEWORK_URI, "title": "Fern & Field skills", "version": "1", "scale_id": scale_id}
        await self.calls.upsert("frameworks", "skills", framework)

    async def _skill(self, record: Record) -> None:
        await self.calls.upsert(
            "skills",
            record["skill"],
            {
                "framework_id": _ref("skills"),
                "uri": f"{FRAMEWORK_URI}/{record['skill']}",
                "kind": record["kind"],
                "labels": {"en": record["en"], "de": record["de"]},
                "alternative_labels": _by_language(en=record["also_en"], de=record["also_de"]),
                "status": "published",
            },
        )

    async def _broader(self, record: Record) -> None:
        if record["group"]:
            path = f"/v1/skills/{_ref(record['skill'])}"
            body = {"data": [{"kind": "broader", "skill_id": _ref(record["group"])}]}
            await self.calls.put_part(path, "relations", body)

    async def _role(self, record: Record) -> None:
        body = {"title": record["title"], "family": record["family"], "grade": record["grade"]}
        await self.calls.upsert("roles", record["role"], body)

    async def _requirements(self, record: Record) -> None:
        needs = [
            need | {"skill_id": _ref(need["skill"]), "effective_from": day(need.get("effective_from"), self.today)}
            for need in record["requirements"]
        ]
        path = f"/v1/roles/{_ref(record['role'])}"
        body = {"data": [_without(need, "skill") for need in needs]}
        await self.calls.put_part(path, "requirements", body)

    # People and what they can do

    async def _org_unit(self, record: Record) -> None:
        body = {"code": record["org_unit"], "title": record["title"], "parent_id": _ref_or_none(record["parent"])}
        await self.calls.upsert("org-units", record["org_unit"], body)

    async def _person(self, record: Record) -> None:
        mail = f"{record['person'].lower()}@fern-and-field.example"
        body = {
            "user_name": mail,
            "email": mail,
            "given_name": record["given_name"],
            "family_name": record["family_name"],
            "org_unit": record["org_unit"],
            "role_id": _ref(record["role"]),
            "manager_id": _ref_or_none(record["manager"]),
            "hired_on": day(record["hired_on"], self.today),
            "active": True,
        }
        await self.calls.upsert("people", record["person"], body)

    async def _aspiration(self, record: Record) -> None:
        if record["aspires_to"]:
            path = f"/v1/people/{_ref(record['person'])}/aspirations"
            await self.calls.send("PUT", path, {"data": [{"role_id": _ref(record["aspires_to"])}]}, {"If-Match": "*"})

    async def _coverage(self, record: Record) -> None:
        group, name = ("org_unit_id", record["org_unit"]) if "org_unit" in record else ("manager_id", record["manager"])
        body = {
            group: _ref(name),
            "skill_id": _ref(record["skill"]),
            **_without(record, "org_unit", "manager", "skill"),
        }
        await self.calls.post("/v1/coverage/requirements", body, key=f"coverage-{name}-{record['skill']}")

    async def _open_cycle(self) -> str:
        cycle = {
            "title": "Autumn review",
            "kind": "quarterly",
            "opens_on": (self.today - timedelta(days=CYCLE_DAYS)).isoformat(),
            "closes_on": self.today.isoformat(),
            "audience": {"org_unit_ids": [_ref("FF")]},
            "required_sources": REQUIRED_SOURCES,
        }
        return str((await self.calls.post("/v1/assessment-cycles", cycle, key="cycle"))["id"])

    async def _ratings(self, cycle: str, advance: Advance) -> None:
        """In batches: the API takes an array and says what became of each item."""
        of = self.organisation.ratings
        for start in range(0, len(of), RATINGS_PER_CALL):
            advance("Ratings", start, len(of))
            batch = [self._rating(record, cycle) for record in of[start : start + RATINGS_PER_CALL]]
            results = await self.calls.post("/v1/ratings", batch, key=f"ratings-{start}")
            for rating, result in zip(batch, results["data"], strict=True):
                if result["problem"] is not None:
                    raise DemoRefused(f"the rating {rating} was not taken: {result['problem']}")
        advance("Ratings", len(of), len(of))

    def _rating(self, record: Record, cycle: str) -> Record:
        """What was said since the cycle opened, and is what it asks for, belongs to it."""
        assessed_at = moment(record["assessed_at"], self.today) or ""
        opened = (self.today - timedelta(days=CYCLE_DAYS)).isoformat()
        return {
            "person_id": _ref(record["person"]),
            "skill_id": _ref(record["skill"]),
            "level": int(record["level"]),
            "source": record["source"],
            "assessor_id": _ref_or_none(record["assessor"]),
            "assessed_at": assessed_at,
            "note": record["note"] or None,
            "cycle_id": cycle if record["source"] in REQUIRED_SOURCES and assessed_at >= opened else None,
        }

    # What is offered, and who takes part

    async def _program(self, record: Record) -> None:
        body = {
            "title": record["title"],
            "format": record["format"],
            "description": record["description"],
            "status": record.get("status", "published"),
            "skills": [_without(t, "skill") | {"skill_id": _ref(t["skill"])} for t in record["skills"]],
            "prerequisites": [{"program_id": _ref(name)} for name in record.get("prerequisites", [])],
            "hours": record["hours"],
            "cost": {"amount": record["cost"], "currency": "EUR"},
            "delivery": record["delivery"],
            "languages": record["languages"],
            "owner_id": _ref(record["owner"]),
            "details": _details(record["details"]),
        }
        await self.calls.upsert("programs", record["program"], body)

    async def _offerings(self, record: Record) -> None:
        for offering in record["offerings"]:
            body = {
                "starts_at": moment(offering.get("starts_at"), self.today),
                "ends_at": moment(offering.get("ends_at"), self.today),
                "capacity": offering["capacity"],
                "waitlist": offering["waitlist"],
                "place": offering["place"],
                "external_ids": [{"source": SOURCE, "external_id": offering["offering"]}],
            }
            path = f"/v1/programs/{_ref(record['program'])}/offerings"
            await self.calls.post(path, body, key=f"offering-{offering['offering']}")

    async def _plan(self, record: Record) -> None:
        items = [
            {
                "skill_id": _ref(item["skill"]),
                "to_level": item["to_level"],
                "program_id": _ref(item["program"]),
                "due_on": day(item["due_on"], self.today),
            }
            for item in record["items"]
        ]
        body = {
            "person_id": _ref(record["person"]),
            "target_role_id": _ref(record["target_role"]),
            "title": record.get("title"),
            "items": items,
        }
        plan = await self.calls.post("/v1/plans", body, key=f"plan-{record['plan']}")
        for item, made in zip(record["items"], plan["items"], strict=True):
            if "offering" in item:
                self.plan_items[record["person"], item["offering"]] = made["id"]
        for move in record["steps"]:
            act = {"acting_person_id": _ref(move["by"])}
            await self.calls.post(
                f"/v1/plans/{plan['id']}/{move['do']}", act, key=f"plan-{record['plan']}-{move['do']}"
            )

    async def _enrollment(self, record: Record) -> None:
        """Ask for the seat, then move as the data file says. A second record of the same pair goes on from there."""
        person, offering = record["person"], record["offering"]
        key = f"enrollment-{person}-{offering}"
        body = {
            "person_id": _ref(person),
            "offering_id": _ref(offering),
            "plan_item_id": self.plan_items.get((person, offering)),
        }
        enrollment = await self.calls.post("/v1/enrollments", body, key=key)
        for move in record["steps"]:
            act = {"acting_person_id": _ref(move["by"])} if "by" in move else {}
            if "reason" in move:
                act["reason"] = move["reason"]
            await self.calls.post(f"/v1/enrollments/{enrollment['id']}/{move['do']}", act, key=f"{key}-{move['do']}")


def _ref(external_id: str) -> str:
    """Every id may be given as source and external id."""
    return f"{SOURCE}:{external_id}"


def _ref_or_none(external_id: str) -> str | None:
    return _ref(external_id) if external_id else None


def _without(record: Record, *names: str) -> Record:
    return {name: value for name, value in record.items() if name not in names}


def _by_language(**texts: str) -> dict[str, list[str]]:
    return {language: text.split("|") for language, text in texts.items() if text}


def _details(details: Record) -> Record:
    """The people and roles that details name become references."""
    return {
        (f"{name}_id" if name in REFERENCES_IN_DETAILS else name): (
            _ref(value) if name in REFERENCES_IN_DETAILS else value
        )
        for name, value in details.items()
    }
