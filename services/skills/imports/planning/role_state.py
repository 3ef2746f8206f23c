"""What is stored of the roles that an upload names, and of the skills that it requires but does not bring."""

from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from services.skills.imports.planning.plan import Records
from services.skills.imports.planning.taxonomy import find_skills
from services.skills.imports.records import RequirementRecord, RoleMoveRecord, RoleRecord
from services.skills.roles.bulk import LedgerRow, RequirementKey, RoleBulk, RoleState
from services.skills.taxonomy.bulk import SkillPlace, TaxonomyBulk
from shared.database.sessions import AnySession
from shared.references import References


@dataclass
class RoleStateOfUpload:
    """The roles by reference, and by id what they require and lead to."""

    roles: dict[str, RoleState] = field(default_factory=dict)
    taken: dict[str, UUID] = field(default_factory=dict)
    requirements: dict[UUID, dict[RequirementKey, LedgerRow]] = field(default_factory=dict)
    moves: dict[tuple[UUID, UUID], str] = field(default_factory=dict)
    skills: dict[str, SkillPlace] = field(default_factory=dict)
    framework_scales: dict[UUID, UUID] = field(default_factory=dict)

    @cached_property
    def required_skills(self) -> dict[UUID, frozenset[UUID]]:
        """The skills that each role asks for already."""
        return {id: frozenset(key[0] for key in rows) for id, rows in self.requirements.items()}


async def read_state(session: AnySession, records: Records) -> RoleStateOfUpload:
    """Read what is stored of the roles and of the skills that come from elsewhere."""
    bulk = RoleBulk(session)
    references = {record.reference for record in records.of(RoleRecord)}
    references |= {record.role for record in records.of(RequirementRecord)}
    references |= {role for move in records.of(RoleMoveRecord) for role in (move.origin, move.target)}
    others = {other for record in records.of(RoleRecord) for other in record.other_references}
    roles = await bulk.roles_by_reference(references)
    ids = [role.id for role in roles.values()]
    taken = await References(session, "role").find_many(others | references)
    return RoleStateOfUpload(
        roles=roles,
        taken=taken,
        requirements=await bulk.requirements_of(ids),
        moves=await bulk.moves_from(ids),
        skills=await find_skills(session, {record.skill for record in records.of(RequirementRecord)}),
        framework_scales=await TaxonomyBulk(session).scale_of_framework(),
    )
