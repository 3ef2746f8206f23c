"""Use cases of scale migrations: what one would do, and doing it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.skills.assessments.levels.repository import LevelRepository
from services.skills.assessments.scale_migrations.repository import ScaleMigrationRepository, ScaleUseRepository
from services.skills.assessments.scale_migrations.rules import Reading, faults, routes
from services.skills.assessments.scale_migrations.schemas import LevelMoved, ScaleMigrationPlan, ScaleMigrationWrite
from services.skills.roles.rules import Requirement
from services.skills.roles.schemas import RoleBrief
from services.skills.taxonomy.frameworks.models import Framework
from services.skills.taxonomy.frameworks.repository import FrameworkRepository
from services.skills.taxonomy.scales.models import Scale
from services.skills.taxonomy.scales.repository import ScaleRepository
from shared.contracts.skills.events import FrameworkScaleMigrated
from shared.database.sessions import UnitOfWork
from shared.errors import Conflict, Fault, Unprocessable
from shared.events.outbox import record
from shared.identity.principal import Principal
from shared.ids import new_id
from shared.references import References

SHOWN_ROLES = 20


class ScaleEntangled(Conflict):
    """Roles would require skills on two scales; carries the first of them."""

    code, title = "scale-entangled", "Roles would end up on two scales"


@dataclass(frozen=True)
class Intent:
    """A migration whose references are resolved and whose mapping is sound."""

    frameworks: Sequence[Framework]
    old: Scale
    new: Scale
    mapping: dict[str, float]
    reading: Reading

    @property
    def framework_ids(self) -> list[UUID]:
        return [framework.id for framework in self.frameworks]


class ScaleMigrationService:
    """Gives frameworks another scale. The ledger stays as it is: its levels are read through the mapping."""

    def __init__(self, session: UnitOfWork, caller: Principal, now: datetime) -> None:
        self.session = session
        self.caller = caller
        self.now = now
        self.frameworks = FrameworkRepository(session)
        self.scales = ScaleRepository(session)
        self.migrations = ScaleMigrationRepository(session)

    async def migrate(self, reference: str, body: ScaleMigrationWrite) -> ScaleMigrationPlan:
        """Migrate, or with `dry_run` only tell what would happen.

        Raises NotFound, ScaleEntangled, PreconditionFailed when somebody else changes a framework meanwhile, and
        Unprocessable naming every level for which the mapping is wrong.
        """
        intent = await self._intend(reference, body)
        use = ScaleUseRepository(self.session, intent.framework_ids)
        requirements = await use.requirements()
        entangled = [RoleBrief(id=id, title=title) for id, title in await use.entangled_roles(SHOWN_ROLES)]
        if entangled and not body.dry_run:
            roles = [role.model_dump(mode="json") for role in entangled]
            raise ScaleEntangled("Let the other frameworks go along (with_framework_ids).", roles=roles)
        plan = await self._plan(intent, use, requirements, entangled, dry_run=body.dry_run)
        if not body.dry_run:
            await self._write(intent, use, requirements)
        return plan

    async def _intend(self, reference: str, body: ScaleMigrationWrite) -> Intent:
        references = References(self.session, "framework")
        framework = await self.frameworks.get(await references.get(reference))
        frameworks = {framework.id: framework}
        for place, other in enumerate(body.with_framework_ids):
            pointer = f"/with_framework_ids/{place}"
            found = await self.frameworks.find(await references.demand(other, pointer))
            if found is None:
                raise Unprocessable(f"There is no framework {other}.", pointer=pointer)
            if found.scale_id != framework.scale_id:
                raise Unprocessable("This framework is on another scale.", pointer=pointer)
            frameworks[found.id] = found
        old = await self.scales.get(framework.scale_id)
        new = await self.scales.find(await References(self.session, "scale").demand(body.to_scale_id, "/to_scale_id"))
        if new is None or new.id == old.id:
            raise Unprocessable("This should be another scale that exists.", pointer="/to_scale_id")
        wrong = faults(body.mapping, numbers_of(old), numbers_of(new))
        if wrong:
            places = [Fault(pointer=f"/mapping/{fault.level}", detail=fault.detail) for fault in wrong]
            raise Unprocessable("The mapping does not lead from the one scale to the other.", errors=places)
        reading = Reading.of({float(level): target for level, target in body.mapping.items()})
        return Intent(list(frameworks.values()), old, new, body.mapping, reading)

    async def _plan(
        self,
        intent: Intent,
        use: ScaleUseRepository,
        requirements: Sequence[tuple[UUID, Requirement]],
        entangled: list[RoleBrief],
        *,
        dry_run: bool,
    ) -> ScaleMigrationPlan:
        ratings = await self._ratings_by_level(intent, use)
        roles: dict[float, set[UUID]] = defaultdict(set)
        for role_id, requirement in requirements:
            roles[requirement.level].add(role_id)
        asked = Counter(requirement.level for _, requirement in requirements)
        levels = {*numbers_of(intent.old), *ratings, *asked}
        return ScaleMigrationPlan(
            framework_ids=intent.framework_ids,
            from_scale_id=intent.old.id,
            to_scale_id=intent.new.id,
            dry_run=dry_run,
            ratings=ratings.total(),
            requirements=len(requirements),
            roles=len({role_id for role_id, _ in requirements}),
            people=await use.count_people(),
            data=[
                LevelMoved(
                    level=level,
                    to_level=intent.reading.forth(level),
                    ratings=ratings[level],
                    requirements=asked[level],
                    roles=len(roles[level]),
                )
                for level in sorted(levels)
            ],
            entangled_roles=entangled,
            migrated_at=None if dry_run else self.now,
        )

    async def _ratings_by_level(self, intent: Intent, use: ScaleUseRepository) -> Counter[float]:
        """Ratings by what they are read as today; some were given on scales before that."""
        moves = await self.migrations.moves()
        found: Counter[float] = Counter()
        for (framework_id, scale_id, level), count in (await use.ratings_by_level()).items():
            past = moves.get(framework_id, [])
            given_on = scale_id or (past[0].from_scale_id if past else intent.old.id)
            route = routes(past).get(given_on)
            found[route.read(level) if route else level] += count
        return found

    async def _write(
        self, intent: Intent, use: ScaleUseRepository, requirements: Sequence[tuple[UUID, Requirement]]
    ) -> None:
        for framework in intent.frameworks:
            await self.frameworks.change(framework.id, framework.revision, scale_id=intent.new.id)
        read = intent.reading.forth
        await use.enter_anew([(role_id, replace(r, level=read(r.level))) for role_id, r in requirements], self.now)
        await use.describe_anew(intent.mapping, self.now)
        await LevelRepository(self.session).outdate_frameworks(intent.framework_ids)
        row = {
            "from_scale_id": intent.old.id,
            "to_scale_id": intent.new.id,
            "mapping": intent.mapping,
            "migrated_at": self.now,
            "migrated_by": f"{self.caller.kind}:{self.caller.id}",
        }
        await self.migrations.add_many([{"id": new_id(), "framework_id": id, **row} for id in intent.framework_ids])
        await record(self.session, *(_fact(id, intent) for id in intent.framework_ids))


def numbers_of(scale: Scale) -> list[float]:
    return [float(level["level"]) for level in scale.levels]


def _fact(framework_id: UUID, intent: Intent) -> FrameworkScaleMigrated:
    return FrameworkScaleMigrated(
        framework_id=framework_id,
        from_scale_id=intent.old.id,
        to_scale_id=intent.new.id,
        mapping=intent.mapping,
    )
