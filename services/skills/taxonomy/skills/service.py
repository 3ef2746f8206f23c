"""Use cases of skills."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from services.skills.taxonomy.frameworks.repository import FrameworkRepository
from services.skills.taxonomy.frameworks.service import UriTaken, with_external_id
from services.skills.taxonomy.skills import rules
from services.skills.taxonomy.skills.models import Skill
from services.skills.taxonomy.skills.repository import SkillRepository
from services.skills.taxonomy.skills.schemas import SkillRead, SkillWrite
from shared.contracts.skills.events import SkillChanged
from shared.contracts.skills.messages import SkillList, SkillSummary
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Conflict, Unprocessable
from shared.events.outbox import record
from shared.languages import choose_label
from shared.references import References
from shared.schemas import ExternalId


class SkillService:
    """Skills, their labels and their life."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.skills = SkillRepository(session)
        self.frameworks = FrameworkRepository(session)
        self.references = References(session, "skill")

    async def create(self, body: SkillWrite, languages: Sequence[str] = ()) -> SkillRead:
        """Raises UriTaken, Conflict for a taken external id, Unprocessable for an unknown framework or skill."""
        framework_id = await self._framework_id(body.framework_id)
        if await self.skills.find_by_uri(framework_id, body.uri) is not None:
            raise UriTaken(f"The framework has a skill {body.uri} already.")
        skill = Skill(framework_id=framework_id, **await self._columns(body))
        await self.skills.add(skill)
        await self.references.add(skill.id, body.external_ids)
        await self._tell(skill)
        return await self._read(skill, languages)

    async def replace(
        self, reference: str, body: SkillWrite, revision: int | None, languages: Sequence[str] = ()
    ) -> SkillRead:
        """Write the whole skill. Raises NotFound, PreconditionFailed, IllegalStatus, UriTaken, Unprocessable."""
        present = await self.get_row(reference)
        rules.check_status_change(present.status, body.status)
        framework_id = await self._framework_id(body.framework_id)
        if framework_id != present.framework_id:
            raise Unprocessable("A skill stays in its framework.", pointer="/framework_id")
        other = await self.skills.find_by_uri(framework_id, body.uri)
        if other is not None and other.id != present.id:
            raise UriTaken(f"The framework has another skill {body.uri}.")
        renamed = await self.references.differ(present.id, body.external_ids)
        columns = await self._columns(body, present.id)
        new_revision = await self.skills.change(present.id, revision, also=renamed, **columns)
        skill = await self.skills.get(present.id)
        if new_revision != present.revision:
            await self.references.replace(present.id, body.external_ids)
            await self._tell(skill)
        return await self._read(skill, languages)

    async def upsert(self, external: ExternalId, body: SkillWrite, revision: int | None) -> tuple[SkillRead, bool]:
        """Create or replace by external id; tells whether it was created."""
        reference = f"{external.source}:{external.external_id}"
        body = body.model_copy(update={"external_ids": with_external_id(body.external_ids, external)})
        if await self.references.find(reference) is None:
            return await self.create(body), True
        return await self.replace(reference, body, revision), False

    async def get(self, reference: str, languages: Sequence[str]) -> SkillRead:
        """Raises NotFound."""
        if isinstance(self.session, UnitOfWork):
            return await self._read(await self.get_row(reference), languages)
        columns, external_ids = await self.skills.read(await self.references.get(reference))
        return read_skill(columns, external_ids, languages)

    async def delete(self, reference: str, revision: int | None) -> None:
        """Take a draft away. Raises NotFound, PreconditionFailed, Conflict for a skill that was in use: deprecate it
        instead.
        """
        skill = await self.skills.get_at(await self.references.get(reference), revision)
        if skill.status != "draft":
            raise Conflict("Only a draft can be deleted; deprecate a skill that was in use.")
        await self.skills.bury(skill.id, revision)
        await self.references.replace(skill.id, [])
        await self._tell(skill, deleted=True)

    async def summarise(self, references: Iterable[str], languages: Sequence[str]) -> SkillList:
        """Skills as neighbours need them, each under the reference that was asked for."""
        found = await self.list_by_reference(references)
        scales = await self.skills.scales_of({skill.id for skill in found.values()})
        return SkillList(
            data={
                reference: SkillSummary(
                    id=skill.id,
                    uri=skill.uri,
                    label=choose_label(skill.labels, languages),
                    status=cast(Any, skill.status),
                    scale_min=scales[skill.id].levels[0]["level"],
                    scale_max=scales[skill.id].levels[-1]["level"],
                )
                for reference, skill in found.items()
            }
        )

    async def get_row(self, reference: str) -> Skill:
        """The skill itself, for neighbouring features. Raises NotFound."""
        return await self.skills.get(await self.references.get(reference))

    async def list_by_reference(self, references: Iterable[str]) -> dict[str, Skill]:
        """Live skills by reference; unknown ones are absent."""
        ids = await self.references.find_many(references)
        skills = await self.skills.find_many(set(ids.values()))
        return {reference: skills[id] for reference, id in ids.items() if id in skills}

    async def _columns(self, body: SkillWrite, id: UUID | None = None) -> dict[str, Any]:
        columns: dict[str, Any] = body.model_dump(exclude={"framework_id", "external_ids", "replaced_by_id"})
        columns["replaced_by_id"] = None
        if body.replaced_by_id is not None:
            other = (await self.list_by_reference([body.replaced_by_id])).get(body.replaced_by_id)
            if other is None or other.id == id:
                raise Unprocessable("This should be another skill.", pointer="/replaced_by_id")
            columns["replaced_by_id"] = other.id
        return columns

    async def _framework_id(self, reference: str) -> UUID:
        id = await References(self.session, "framework").demand(reference, "/framework_id")
        if await self.frameworks.find(id) is None:
            raise Unprocessable(f"There is no framework {reference}.", pointer="/framework_id")
        return id

    async def _read(self, skill: Skill, languages: Sequence[str]) -> SkillRead:
        external_ids = await self.references.of([skill.id])
        return read_skill(skill.model_dump(), external_ids.get(skill.id, []), languages)

    async def _tell(self, skill: Skill, *, deleted: bool = False) -> None:
        assert isinstance(self.session, UnitOfWork)
        fact = SkillChanged(
            skill_id=skill.id,
            framework_id=skill.framework_id,
            uri=skill.uri,
            status=skill.status,
            replaced_by_id=skill.replaced_by_id,
            deleted=deleted,
        )
        await record(self.session, fact)


def read_skill(columns: Mapping[str, Any], external_ids: list[ExternalId], languages: Sequence[str]) -> SkillRead:
    """A row as it is shown."""
    label = choose_label(columns["labels"], languages)
    deleted = columns["deleted_at"] is not None
    return SkillRead(**columns, label=label, external_ids=external_ids, deleted=deleted)
