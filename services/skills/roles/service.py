"""Use cases of roles."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.skills.roles import rules
from services.skills.roles.models import Role
from services.skills.roles.repository import MoveRepository, RequirementRepository, RoleRepository
from services.skills.roles.schemas import (
    MoveRead,
    MovesRead,
    MovesWrite,
    RequirementRead,
    RequirementsRead,
    RequirementsWrite,
    RoleBrief,
    RoleRead,
    RoleWrite,
    SkillBrief,
)
from services.skills.taxonomy.skills.models import Skill
from services.skills.taxonomy.skills.repository import SkillRepository
from services.skills.taxonomy.skills.service import SkillService
from shared.contracts.skills.events import RequiredSkill, RoleChanged, RoleRequirementsChanged
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Fault, Unprocessable
from shared.events.outbox import record
from shared.languages import choose_label
from shared.references import References
from shared.schemas import ExternalId


class RoleService:
    """Roles as the HR system names them."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.roles = RoleRepository(session)
        self.references = References(session, "role")

    async def create(self, body: RoleWrite) -> RoleRead:
        """Raises Conflict for an external id that another role has."""
        role = await self.roles.add(Role(**_columns(body)))
        return await self._written(role, body)

    async def replace(self, reference: str, body: RoleWrite, revision: int | None) -> RoleRead:
        """Write the whole role. Raises NotFound, PreconditionFailed, Conflict for a taken external id."""
        id = await self.references.get(reference)
        present, renamed = await self.roles.get(id), await self.references.differ(id, body.external_ids)
        new_revision = await self.roles.change(id, revision, also=renamed, **_columns(body))
        if new_revision == present.revision:
            return await self.get(reference)
        return await self._written(await self.roles.get(id), body)

    async def upsert(self, external: ExternalId, body: RoleWrite, revision: int | None) -> tuple[RoleRead, bool]:
        """Create or replace by external id; tells whether it was created. The same body again changes nothing."""
        reference = f"{external.source}:{external.external_id}"
        present = await self.references.find(reference)
        others = [] if present is None else (await self.references.of([present])).get(present, [])
        body = body.model_copy(update={"external_ids": list(dict.fromkeys([*body.external_ids, *others, external]))})
        if present is None:
            return await self.create(body), True
        known = await self.get(reference)
        if revision is None and _write_of(known) == _sorted(body):
            return known, False
        return await self.replace(reference, body, revision), False

    async def get(self, reference: str) -> RoleRead:
        """Raises NotFound."""
        return (await self.read_many([await self.find_row(reference)]))[0]

    async def find_row(self, reference: str) -> Role:
        """The role behind a reference in a path. Raises NotFound."""
        return await self.roles.get(await self.references.get(reference))

    async def delete(self, reference: str, revision: int | None) -> None:
        """Take a role away. History keeps its title; its requirements end. Raises NotFound, PreconditionFailed."""
        role = await self.find_row(reference)
        await self.roles.bury(role.id, revision)
        await self.references.replace(role.id, [])
        await self.roles.name(role.id, [])
        await self._tell(role, deleted=True)

    async def read_many(self, roles: Sequence[Role]) -> list[RoleRead]:
        external_ids = await self.references.of([role.id for role in roles])
        return [
            RoleRead(
                **role.model_dump(exclude={"deleted_at"}),
                external_ids=external_ids.get(role.id, []),
                deleted=role.deleted_at is not None,
            )
            for role in roles
        ]

    async def list_by_reference(self, references: Iterable[str]) -> dict[str, UUID]:
        """Live roles by reference; unknown ones are absent."""
        ids = await self.references.find_many(references)
        live = await self.roles.live_among(ids.values())
        return {reference: id for reference, id in ids.items() if id in live}

    async def _written(self, role: Role, body: RoleWrite) -> RoleRead:
        await self.references.replace(role.id, body.external_ids)
        await self.roles.name(role.id, [body.title, *body.aliases])
        await self._tell(role)
        return (await self.read_many([role]))[0]

    async def _tell(self, role: Role, *, deleted: bool = False) -> None:
        assert isinstance(self.session, UnitOfWork)
        fact = RoleChanged(role_id=role.id, title=role.title, family=role.family, grade=role.grade, deleted=deleted)
        await record(self.session, fact)


class RequirementService:
    """What a role needs, now and later."""

    def __init__(self, session: AnySession, languages: Sequence[str] = ()) -> None:
        self.session = session
        self.languages = languages
        self.roles = RoleService(session)
        self.requirements = RequirementRepository(session)
        self.skills = SkillRepository(session)

    async def read(self, reference: str, at: datetime | None = None) -> tuple[RequirementsRead, int]:
        """All requirements, and the role's revision. `at`: as they were entered at that moment."""
        role = await self.roles.find_row(reference)
        return await self._read(role, await self.requirements.of_role(role.id, at)), role.revision

    async def replace(
        self, reference: str, body: RequirementsWrite, revision: int | None, now: datetime
    ) -> tuple[RequirementsRead, int]:
        """Make these the role's requirements; returns them and the role's new revision.

        Raises NotFound, PreconditionFailed, Unprocessable naming every requirement that is wrong.
        """
        assert isinstance(self.session, UnitOfWork)
        role = await self.roles.find_row(reference)
        present = await self.requirements.of_role(role.id)
        wanted = await self._check(body, {requirement.skill_id for requirement in present})
        changes = rules.difference(present, wanted)
        new_revision = await self.roles.roles.change(role.id, revision, also=bool(changes))
        await self.requirements.replace(role.id, changes, now)
        if changes:
            await record(self.session, _fact(role, wanted))
        return await self._read(role, wanted), new_revision

    async def _check(self, body: RequirementsWrite, known: set[UUID]) -> list[rules.Requirement]:
        """The body as requirements of existing skills that may be asked for."""
        found = await SkillService(self.session).list_by_reference(item.skill_id for item in body.data)
        missing = UUID(int=0)  # no skill has this id: the rules then name the place
        wanted = [
            rules.Requirement(
                skill_id=found[item.skill_id].id if item.skill_id in found else missing,
                **item.model_dump(exclude={"skill_id"}),
            )
            for item in body.data
        ]
        scales = await SkillRepository(self.session).scales_of(skill.id for skill in found.values())
        ranges = {
            id: rules.ScaleRange(scale.id, scale.levels[0]["level"], scale.levels[-1]["level"])
            for id, scale in scales.items()
        }
        faults = rules.faults(wanted, ranges) + _unfit(wanted, {skill.id: skill for skill in found.values()}, known)
        if faults:
            places = [Fault(pointer=f"/data/{f.index}/{f.field}", detail=f.detail) for f in faults]
            raise Unprocessable(faults[0].detail, errors=places)
        return wanted

    async def _read(self, role: Role, requirements: Sequence[rules.Requirement]) -> RequirementsRead:
        skills = await self.skills.find_many({requirement.skill_id for requirement in requirements})
        data = [
            RequirementRead(
                skill=SkillBrief(id=r.skill_id, label=choose_label(skills[r.skill_id].labels, self.languages)),
                skill_id=r.skill_id,
                level=r.level,
                importance=r.importance,
                essential=r.essential,
                effective_from=r.effective_from,
                redesign=r.redesign,
                low_precision=r.low_precision,
            )
            for r in requirements
            if r.skill_id in skills
        ]
        return RequirementsRead(role=RoleBrief(id=role.id, title=role.title), data=data)


class MoveService:
    """Typed steps between roles."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.roles = RoleService(session)
        self.moves = MoveRepository(session)

    async def replace(self, reference: str, body: MovesWrite, revision: int | None) -> tuple[MovesRead, int]:
        """Make these the steps out of the role. Raises NotFound, PreconditionFailed, Unprocessable."""
        role = await self.roles.find_row(reference)
        targets = await self.roles.list_by_reference(move.to_role_id for move in body.data)
        rows: dict[UUID, dict[str, object]] = {}
        for place, move in enumerate(body.data):
            target = targets.get(move.to_role_id)
            if target is None or target == role.id or target in rows:
                raise Unprocessable("This should be another role, named once.", pointer=f"/data/{place}/to_role_id")
            rows[target] = {
                "from_role_id": role.id,
                "to_role_id": target,
                "kind": move.kind,
                "note": move.note,
            }
        present = {move.to_role_id: (move.kind, move.note) for move in await self.moves.of_role(role.id)}
        wanted = {target: (row["kind"], row["note"]) for target, row in rows.items()}
        new_revision = await self.roles.roles.change(role.id, revision, also=wanted != present)
        await self.moves.replace(role.id, list(rows.values()))
        return await self._read(role), new_revision

    async def _read(self, role: Role) -> MovesRead:
        moves = await self.moves.of_role(role.id)
        titles = await self.roles.roles.titles_of(move.to_role_id for move in moves)
        data = [
            MoveRead(
                to_role=RoleBrief(id=move.to_role_id, title=titles[move.to_role_id]),
                kind=rules.MoveKind(move.kind),
                note=move.note,
            )
            for move in moves
        ]
        return MovesRead(role=RoleBrief(id=role.id, title=role.title), data=data)


def _columns(body: RoleWrite) -> dict[str, Any]:
    return body.model_dump(exclude={"external_ids"})


def _write_of(role: RoleRead) -> RoleWrite:
    return _sorted(RoleWrite.model_validate(role.model_dump(include=set(RoleWrite.model_fields))))


def _sorted(body: RoleWrite) -> RoleWrite:
    return body.model_copy(update={"external_ids": sorted(body.external_ids, key=lambda e: (e.source, e.external_id))})


def _unfit(wanted: Sequence[rules.Requirement], skills: Mapping[UUID, Skill], known: set[UUID]) -> list[rules.Fault]:
    """A draft is not asked for yet, a deprecated skill not any more, unless the role asks for it already."""
    return [
        rules.Fault(index, "skill_id", f"The skill is {skills[requirement.skill_id].status}.")
        for index, requirement in enumerate(wanted)
        if requirement.skill_id in skills
        and requirement.skill_id not in known
        and skills[requirement.skill_id].status != "published"
    ]


def _fact(role: Role, requirements: Iterable[rules.Requirement]) -> RoleRequirementsChanged:
    return RoleRequirementsChanged(
        role_id=role.id,
        requirements=[
            RequiredSkill(
                skill_id=r.skill_id,
                level=r.level,
                importance=r.importance,
                essential=r.essential,
                effective_from=r.effective_from,
                redesign=r.redesign,
            )
            for r in requirements
        ],
    )
