"""The shop that the tests tell of: Mia and her leaders, a program, and what the API answers about them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.programs.messages import TaughtSkill
from shared.identity.principal import Principal
from tests.harness import ADMIN, Running
from tests.services.enrollment.neighbours import FakePrograms, FakeSkills

OFFERING = {"capacity": 1, "waitlist": "auto", "place": "Head office"}


@dataclass
class Watch:
    """A clock that the test turns."""

    now: datetime = datetime(2026, 11, 23, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class Shop:
    """Anna leads Lea, Lea leads Mia and Tom; Rita leads nobody here. The program teaches one skill from 1 to 3."""

    service: Running
    skills: FakeSkills = field(default_factory=FakeSkills)
    programs: FakePrograms = field(default_factory=FakePrograms)
    watch: Watch = field(default_factory=Watch)

    def __post_init__(self) -> None:
        self.anna = self.skills.add_person("anna")
        self.lea = self.skills.add_person("lea", self.anna)
        self.mia = self.skills.add_person("mia", self.lea)
        self.tom = self.skills.add_person("tom", self.lea)
        self.rita = self.skills.add_person("rita")
        self.marketing = self.skills.add_skill("marketing")
        taught = TaughtSkill(skill_id=self.marketing, label="marketing", from_level=1, to_level=3)
        self.program = self.programs.add("Four weeks in marketing", taught)

    async def offering(self, **fields: Any) -> dict[str, Any]:
        answer = await self.service.post(f"/v1/programs/{self.program}/offerings", {**OFFERING, **fields})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def seats(self, offering: dict[str, Any]) -> tuple[int, int]:
        """Seats taken, people waiting."""
        found = (await self.service.get(f"/v1/offerings/{offering['id']}")).json()
        return found["seats_taken"], found["waiting"]

    async def request(self, person: UUID, offering: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        target = {"offering_id": offering["id"]} if offering else {"program_id": str(self.program)}
        answer = await self.service.post("/v1/enrollments", {"person_id": str(person), **target, **fields})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def act(
        self,
        enrollment: dict[str, Any],
        action: str,
        person: UUID | None = None,
        *,
        caller: Principal | None = ADMIN,
        expect: int = 200,
        **body: Any,
    ) -> dict[str, Any]:
        acting = {} if person is None else {"acting_person_id": str(person)}
        path = f"/v1/enrollments/{enrollment['id']}/{action}"
        answer = await self.service.post(path, {**acting, **body}, caller=caller)
        assert answer.status_code == expect, answer.text
        return dict(answer.json())

    async def enrolled(self, person: UUID, offering: dict[str, Any] | None = None) -> dict[str, Any]:
        """A request that Lea (or whoever is asked) approved: enrolled or waitlisted."""
        requested = await self.request(person, offering)
        return await self.act(requested, "approve", UUID(requested["approver_ids"][0]))

    async def completed(self, person: UUID, **fields: Any) -> dict[str, Any]:
        """Somebody who took part in the program without a run and completed it, as Lea (or whoever) says."""
        enrolled = await self.enrolled(person)
        return await self.act(enrolled, "complete", UUID(enrolled["leader_id"]), **fields)

    async def get(self, enrollment: dict[str, Any]) -> dict[str, Any]:
        answer = await self.service.get(f"/v1/enrollments/{enrollment['id']}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def timeline(self, enrollment: dict[str, Any]) -> list[dict[str, Any]]:
        answer = await self.service.get(f"/v1/enrollments/{enrollment['id']}/timeline")
        return list(answer.json()["data"])

    async def facts(self) -> list[tuple[str, dict[str, Any]]]:
        """Type and payload of every fact so far, in the order in which they were told."""
        database = self.service.app.state.database
        async with database.reading() as session:
            rows = await session.execute(database.kernel.outbox.select().order_by(database.kernel.outbox.c.id))
            return [(row.type, row.data) for row in rows]

    async def told(self) -> list[str]:
        """What the facts so far told of enrollments: requested, approved, ..."""
        return [kind.split(".")[2] for kind, _ in await self.facts() if kind.startswith("enrollment.enrollment.")]

    async def told_of(self, enrollment: dict[str, Any]) -> list[str]:
        """The same, of one enrollment."""
        return [
            kind.split(".")[2]
            for kind, data in await self.facts()
            if data.get("enrollment_id") == enrollment["id"] and kind.startswith("enrollment.enrollment.")
        ]

    def staff(self, count: int) -> list[UUID]:
        """More people who report to Lea."""
        return [self.skills.add_person(f"staff-{uuid4()}", self.lea) for _ in range(count)]
