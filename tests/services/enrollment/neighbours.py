"""Stand-ins for the skills and programs services: their internal answers, from dictionaries, over HTTP in process."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.contracts.programs.messages import ProgramSummary, TaughtSkill
from shared.contracts.skills.messages import (
    LineManager,
    PersonSummary,
    ProcessingSwitches,
    ReportingLine,
    RoleSummary,
    SkillSummary,
)
from shared.schemas import Money

NOT_FOUND = JSONResponse({"detail": "unknown"}, 404)


@dataclass
class FakeSkills:
    """People with managers and deputies, and skills."""

    people: dict[UUID, PersonSummary] = field(default_factory=dict)
    external_ids: dict[str, UUID] = field(default_factory=dict)
    deputies: dict[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    skills: dict[UUID, SkillSummary] = field(default_factory=dict)
    roles: dict[UUID, RoleSummary] = field(default_factory=dict)
    evidence: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By `source/external_id`: the evidence as it was put, with the ratings that it became."""
    evidence_calls: list[tuple[str, str]] = field(default_factory=list)
    switched_off: set[str] = field(default_factory=set)
    """Processing that the organisation has switched off."""
    down: bool = False

    def add_person(self, name: str, manager: UUID | None = None, *, active: bool = True) -> UUID:
        person = PersonSummary(id=uuid4(), display_name=name, active=active, manager_id=manager)
        self.people[person.id] = person
        self.external_ids[f"hris:{name}"] = person.id
        return person.id

    def change_person(self, id: UUID, **fields: Any) -> None:
        self.people[id] = self.people[id].model_copy(update=fields)

    def add_skill(self, label: str) -> UUID:
        skill = SkillSummary(
            id=uuid4(), uri=f"https://shop.example/{label}", label=label, status="published", scale_min=1, scale_max=5
        )
        self.skills[skill.id] = skill
        return skill.id

    def add_role(self, title: str) -> UUID:
        role = RoleSummary(id=uuid4(), title=title)
        self.roles[role.id] = role
        return role.id

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/internal/evidence/{source}/{external_id}", self._put_evidence, methods=["PUT"]),
                Route("/internal/evidence/{source}/{external_id}", self._drop_evidence, methods=["DELETE"]),
                Route("/internal/roles/{ref}", self._role),
                Route("/internal/people/{ref}", self._person),
                Route("/internal/people/{ref}/reporting-line", self._line),
                Route("/internal/skills", self._skills),
                Route("/internal/settings/processing", self._processing),
            ]
        )

    def _find(self, reference: str) -> PersonSummary | None:
        id = self.external_ids.get(reference) if ":" in reference else UUID(reference)
        return self.people.get(id) if id else None

    async def _person(self, request: Request) -> Response:
        person = self._find(request.path_params["ref"])
        return _answer(person) if not self.down else Response(status_code=503)

    async def _line(self, request: Request) -> Response:
        if self.down:
            return Response(status_code=503)
        person = self._find(request.path_params["ref"])
        if person is None:
            return NOT_FOUND
        managers, manager_id = [], person.manager_id
        while manager_id is not None:
            manager = self.people[manager_id]
            managers.append(LineManager(person=manager, deputy_ids=self.deputies.get(manager_id, ())))
            manager_id = manager.manager_id
        return _answer(ReportingLine(person=person, managers=managers))

    async def _role(self, request: Request) -> Response:
        return _answer(self.roles.get(UUID(request.path_params["ref"])))

    async def _put_evidence(self, request: Request) -> Response:
        key, body = "{source}/{external_id}".format(**request.path_params), await request.json()
        self.evidence_calls.append(("PUT", key))
        if self.down:
            return Response(status_code=503)
        if UUID(body["person_id"]) not in self.people:
            return NOT_FOUND
        if key not in self.evidence:
            self.evidence[key] = {**body, "rating_ids": [str(uuid4()) for _ in body["skills"]]}
        return JSONResponse({"rating_ids": self.evidence[key]["rating_ids"]})

    async def _drop_evidence(self, request: Request) -> Response:
        key = "{source}/{external_id}".format(**request.path_params)
        self.evidence_calls.append(("DELETE", key))
        if self.down:
            return Response(status_code=503)
        return Response(status_code=204) if self.evidence.pop(key, None) else NOT_FOUND

    async def _processing(self, request: Request) -> Response:
        if self.down:
            return Response(status_code=503)
        return JSONResponse({name: name not in self.switched_off for name in ProcessingSwitches.model_fields})

    async def _skills(self, request: Request) -> Response:
        wanted = [UUID(one) for one in request.query_params["refs"].split(",")]
        found = {str(id): self.skills[id].model_dump(mode="json") for id in wanted if id in self.skills}
        return JSONResponse({"data": found})


@dataclass
class FakePrograms:
    """Programs of the catalogue."""

    programs: dict[str, ProgramSummary] = field(default_factory=dict)

    def add(self, title: str, *taught: TaughtSkill, **fields: Any) -> UUID:
        stated: dict[str, Any] = {
            "format": "cross_training",
            "status": "published",
            "hours": 24,
            "cost": Money(amount="300.00", currency="EUR"),
            **fields,
        }
        program = ProgramSummary(id=uuid4(), title=title, skills=list(taught), **stated)
        self.programs[str(program.id)] = program
        self.programs[f"lms:{title}"] = program
        return program.id

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/internal/programs/{ref}", self._program)])

    async def _program(self, request: Request) -> Response:
        return _answer(self.programs.get(request.path_params["ref"]))


def _answer(found: BaseModel | None) -> Response:
    return NOT_FOUND if found is None else JSONResponse(found.model_dump(mode="json"))
