"""Use cases of frameworks."""

from collections.abc import Sequence
from uuid import UUID

from services.skills.taxonomy.frameworks.models import Framework
from services.skills.taxonomy.frameworks.repository import FrameworkRepository
from services.skills.taxonomy.frameworks.schemas import FrameworkRead, FrameworkWrite
from services.skills.taxonomy.scales.repository import ScaleRepository
from shared.database.sessions import AnySession
from shared.errors import Conflict, Unprocessable
from shared.references import References
from shared.schemas import ExternalId


class UriTaken(Conflict):
    code, title = "uri-taken", "The URI is taken"


class FrameworkInUse(Conflict):
    code, title = "framework-in-use", "The framework has skills"


class ScaleInUse(Conflict):
    code, title = "scale-in-use", "The framework has skills on its scale"


class FrameworkService:
    """Frameworks: bodies of skills with one publisher and one scale."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.frameworks = FrameworkRepository(session)
        self.scales = ScaleRepository(session)
        self.references = References(session, "framework")

    async def create(self, body: FrameworkWrite) -> FrameworkRead:
        """Raises UriTaken, Conflict for a taken external id, Unprocessable for an unknown scale."""
        if await self.frameworks.find_by_uri(body.uri) is not None:
            raise UriTaken(f"There is a framework {body.uri} already.")
        framework = Framework(
            uri=body.uri,
            title=body.title,
            edition=body.version,
            scale_id=await self._scale_id(body.scale_id),
            attribution=body.attribution,
        )
        await self.frameworks.add(framework)
        await self.references.add(framework.id, body.external_ids)
        return await self._read(framework)

    async def replace(self, reference: str, body: FrameworkWrite, revision: int | None) -> FrameworkRead:
        """Write the whole framework. Raises NotFound, PreconditionFailed, UriTaken, ScaleInUse, Unprocessable."""
        id = await self.references.get(reference)
        present = await self.frameworks.get(id)
        other = await self.frameworks.find_by_uri(body.uri)
        if other is not None and other.id != id:
            raise UriTaken(f"There is another framework {body.uri}.")
        scale_id = await self._scale_id(body.scale_id) if "scale_id" in body.model_fields_set else present.scale_id
        if scale_id != present.scale_id and await self.frameworks.has_skills(id):
            raise ScaleInUse("Migrate it: the levels on the old scale need a mapping (…/scale-migrations).")
        columns = {"title": body.title, "edition": body.version, "attribution": body.attribution}
        renamed = await self.references.differ(id, body.external_ids)
        await self.frameworks.change(id, revision, also=renamed, uri=body.uri, scale_id=scale_id, **columns)
        await self.references.replace(id, body.external_ids)
        return await self._read(await self.frameworks.get(id))

    async def upsert(
        self, external: ExternalId, body: FrameworkWrite, revision: int | None
    ) -> tuple[FrameworkRead, bool]:
        """Create or replace by external id; tells whether it was created."""
        reference = f"{external.source}:{external.external_id}"
        body = body.model_copy(update={"external_ids": with_external_id(body.external_ids, external)})
        if await self.references.find(reference) is None:
            return await self.create(body), True
        return await self.replace(reference, body, revision), False

    async def get(self, reference: str) -> FrameworkRead:
        return await self._read(await self.frameworks.get(await self.references.get(reference)))

    async def delete(self, reference: str, revision: int | None) -> None:
        """Raises NotFound, PreconditionFailed, FrameworkInUse while it has skills: their ratings would lose their
        meaning.
        """
        id = await self.references.get(reference)
        await self.frameworks.get_at(id, revision)
        if await self.frameworks.has_skills(id):
            raise FrameworkInUse("Deprecate or delete its skills first.")
        await self.frameworks.bury(id, revision)
        await self.references.replace(id, [])

    async def read_many(self, frameworks: Sequence[Framework]) -> list[FrameworkRead]:
        external_ids = await self.references.of([framework.id for framework in frameworks])
        return [_framework(framework, external_ids.get(framework.id, [])) for framework in frameworks]

    async def _read(self, framework: Framework) -> FrameworkRead:
        return (await self.read_many([framework]))[0]

    async def _scale_id(self, reference: str | None) -> UUID:
        if reference is None:
            return (await self.scales.get_default()).id
        id = await References(self.session, "scale").demand(reference, "/scale_id")
        if await self.scales.find(id) is None:
            raise Unprocessable(f"There is no scale {reference}.", pointer="/scale_id")
        return id


def with_external_id(external_ids: list[ExternalId], one: ExternalId) -> list[ExternalId]:
    """The list with `one` in it."""
    return external_ids if one in external_ids else [*external_ids, one]


def _framework(framework: Framework, external_ids: list[ExternalId]) -> FrameworkRead:
    return FrameworkRead(
        id=framework.id,
        revision=framework.revision,
        created_at=framework.created_at,
        updated_at=framework.updated_at,
        uri=framework.uri,
        title=framework.title,
        version=framework.edition,
        scale_id=framework.scale_id,
        attribution=framework.attribution,
        external_ids=external_ids,
        deleted=framework.deleted_at is not None,
    )
