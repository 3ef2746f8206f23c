"""Queries of the ledger. There is no update and no delete here."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, and_, cast, distinct, func, insert, or_, select
from sqlmodel import col

from services.skills.assessments.cycles.models import AssessmentCycle
from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.models import RatingEntry, RatingRow
from services.skills.assessments.ratings.rules import Entry, Rating, Recorded, Standing, standing_at
from services.skills.assessments.scale_migrations.repository import ScaleMigrationRepository
from services.skills.people.repository import below_manager
from shared.database.sessions import AnySession
from shared.database.upserts import among
from shared.errors import NotFound
from shared.pagination import Paging, paginate

SkillKey = tuple[UUID, UUID]
"""A person and a skill."""
# Whatever was appended counts now, by whichever clock it was noted.
EVER = datetime.max.replace(tzinfo=UTC)
_ratings: Any = RatingRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class RatingFilter:
    """The natural keys by which ratings are listed, and who asks.

    What a single peer said is listed only to its author and its sender. `seen_by` narrows the rest to a
    person and everybody below them.
    """

    author: UUID | None
    sender: str
    seen_by: UUID | None
    person_id: UUID | None = None
    skill_id: UUID | None = None
    source: Source | None = None
    assessor_id: UUID | None = None
    cycle_id: UUID | None = None
    ids: Sequence[UUID] | None = None
    updated_since: datetime | None = None


class RatingRepository:
    """The ledger, as rows and as what stands."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def get(self, id: UUID) -> RatingRow:
        """Raises NotFound."""
        row = (await self.session.execute(select(RatingRow).where(col(RatingRow.id) == id))).scalar_one_or_none()
        if row is None:
            raise NotFound(f"There is no rating {id}.")
        return row

    async def list_page(self, paging: Paging, wanted: RatingFilter) -> tuple[list[RatingRow], str | None]:
        """Ratings in the order they were recorded."""
        own = col(RatingRow.recorded_by) == wanted.sender
        if wanted.author is not None:
            own = or_(own, col(RatingRow.assessor_id) == wanted.author)
        others: Any = col(RatingRow.source) != Source.PEER
        if wanted.seen_by is not None:
            person_id = col(RatingRow.person_id)
            others = and_(others, or_(person_id == wanted.seen_by, person_id.in_(below_manager(wanted.seen_by))))
        conditions: list[Any] = [or_(own, others)]
        for column, value in (
            (RatingRow.person_id, wanted.person_id),
            (RatingRow.skill_id, wanted.skill_id),
            (RatingRow.source, wanted.source),
            (RatingRow.assessor_id, wanted.assessor_id),
            (RatingRow.cycle_id, wanted.cycle_id),
        ):
            if value is not None:
                conditions.append(col(column) == value)
        if wanted.ids is not None:
            conditions.append(col(RatingRow.id).in_(wanted.ids))
        if wanted.updated_since is not None:
            conditions.append(_touched_since(wanted.updated_since))
        return await paginate(self.session, select(RatingRow).where(*conditions), paging, col(RatingRow.id))

    async def add_many(self, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            await self.session.execute(insert(RatingRow), rows)

    async def append(self, entries: Sequence[dict[str, Any]]) -> None:
        if entries:
            await self.session.execute(insert(RatingEntry), entries)

    async def levels_of(self, ids: Collection[UUID]) -> dict[UUID, float]:
        """The levels of ratings by id."""
        wanted, found = list(ids), dict[UUID, float]()
        for start in range(0, len(wanted), 500):
            rows = await self.session.execute(
                select(col(RatingRow.id), col(RatingRow.level)).where(
                    col(RatingRow.id).in_(wanted[start : start + 500])
                )
            )
            found.update((id, level) for id, level in rows)
        return found

    async def of_evidence(self, source: str, external_id: str) -> list[RatingRow]:
        """The ratings that a record of another system became, in order of entry."""
        statement = select(RatingRow).where(
            col(RatingRow.evidence_source) == source, col(RatingRow.evidence_id) == external_id
        )
        return list((await self.session.execute(statement.order_by(col(RatingRow.id)))).scalars())

    async def entries_of(self, rating_ids: Iterable[UUID]) -> dict[UUID, list[RatingEntry]]:
        """What was appended to ratings, oldest first."""
        wanted, found = list(rating_ids), dict[UUID, list[RatingEntry]]()
        if not wanted:
            return found
        rows = await self.session.execute(
            select(RatingEntry)
            .where(among(self.session, col(RatingEntry.rating_id), wanted))
            .order_by(col(RatingEntry.recorded_at), col(RatingEntry.id))
        )
        for entry in rows.scalars():
            found.setdefault(entry.rating_id, []).append(entry)
        return found

    async def standings(self, rating_ids: Iterable[UUID], at: datetime) -> dict[UUID, Standing]:
        """Where ratings stand; one without entries is absent: it is recorded."""
        return {id: standing_of(entries, at) for id, entries in (await self.entries_of(rating_ids)).items()}

    async def standing(
        self, person_ids: Collection[UUID], skill_ids: Collection[UUID] | None = None, at: datetime | None = None
    ) -> dict[SkillKey, list[Rating]]:
        """What stands in the ledger for people, by person and skill; at a moment, or now.

        Levels are on the scale in force then, whatever scale they were given on.
        """
        statement = _ledger().where(_ratings.c.person_id.in_(person_ids))
        if skill_ids is not None:
            statement = statement.where(_ratings.c.skill_id.in_(skill_ids))
        if at is not None:
            statement = statement.where(_ratings.c.assessed_at <= at)
        rows = (await self.session.execute(statement)).all()
        standings = await self.standings((row.id for row in rows), at or EVER)
        scales = await ScaleMigrationRepository(self.session).history({row.skill_id for row in rows}, at)
        found: dict[SkillKey, list[Rating]] = {}
        for row in rows:
            if standings.get(row.id, Standing.RECORDED) is Standing.RECORDED:
                level = scales.read(row.skill_id, row.scale_id, row.level)
                found.setdefault((row.person_id, row.skill_id), []).append(_rating(row, level))
        return found

    async def around(self, rating_ids: Collection[UUID]) -> dict[SkillKey, list[Recorded]]:
        """Everything that was ever recorded of the people and skills that some ratings are about."""
        pairs = (
            select(_ratings.c.person_id, _ratings.c.skill_id)
            .where(among(self.session, _ratings.c.id, rating_ids))
            .distinct()
            .subquery()
        )
        same = and_(pairs.c.person_id == _ratings.c.person_id, pairs.c.skill_id == _ratings.c.skill_id)
        rows = (await self.session.execute(_ledger().join(pairs, same))).all()
        entries = await self.entries_of(row.id for row in rows)
        found: dict[SkillKey, list[Recorded]] = {}
        for row in rows:
            appended = tuple((e.recorded_at, e.id, Entry(e.kind)) for e in entries.get(row.id, ()))
            recorded = Recorded(_rating(row, row.level), row.scale_id, appended)
            found.setdefault((row.person_id, row.skill_id), []).append(recorded)
        return found

    async def skills_of(self, person_id: UUID) -> list[UUID]:
        """Every skill in which a person was ever rated."""
        statement = select(col(RatingRow.skill_id)).where(col(RatingRow.person_id) == person_id).distinct()
        return list((await self.session.execute(statement)).scalars())

    async def has_cycle(self, cycle_id: UUID) -> bool:
        """Whether anybody was rated in a cycle."""
        statement = select(col(RatingRow.id)).where(col(RatingRow.cycle_id) == cycle_id).limit(1)
        return (await self.session.execute(statement)).first() is not None

    async def rated_by_peers(self, cycle_id: UUID) -> dict[UUID, list[UUID]]:
        """Skills by person in which peers have rated in a cycle."""
        statement = (
            select(col(RatingRow.person_id), col(RatingRow.skill_id))
            .where(col(RatingRow.cycle_id) == cycle_id, col(RatingRow.source) == Source.PEER)
            .distinct()
        )
        found: dict[UUID, list[UUID]] = {}
        for person_id, skill_id in await self.session.execute(statement):
            found.setdefault(person_id, []).append(skill_id)
        return found


def _ledger() -> Select[Any]:
    """A query of ratings as the rules read them."""
    columns = _ratings.c
    return select(
        columns.person_id,
        columns.skill_id,
        columns.id,
        columns.source,
        columns.assessor_id,
        columns.recorded_by,
        columns.level,
        columns.scale_id,
        columns.assessed_at,
        columns.recorded_at,
        columns.expires_at,
        col(AssessmentCycle.closed_at),
    ).outerjoin(AssessmentCycle, col(AssessmentCycle.id) == columns.cycle_id)


def answered_in(cycle_id: UUID, *conditions: Any) -> Select[UUID, UUID, str, int]:
    """A query of `person_id`, `skill_id`, `source` and `raters`: how many gave a rating in a cycle that stands;
    `conditions` narrow it to some of the ratings.
    """
    rater = func.coalesce(cast(col(RatingRow.assessor_id), String), col(RatingRow.recorded_by))
    columns = (col(RatingRow.person_id), col(RatingRow.skill_id), col(RatingRow.source))
    return (
        select(*columns, func.count(distinct(rater)).label("raters"))
        .where(col(RatingRow.cycle_id) == cycle_id, *conditions, _stands())
        .group_by(*columns)
    )


def _touched_since(moment: datetime) -> Any:
    """Recorded since then, or followed by an entry since then."""
    followed = select(col(RatingEntry.rating_id)).where(col(RatingEntry.recorded_at) >= moment)
    return or_(col(RatingRow.recorded_at) >= moment, col(RatingRow.id).in_(followed))


def _stands() -> Any:
    """What `rules.standing_at` calls recorded: nothing was appended, or a dispute was dismissed last."""
    last = (
        select(col(RatingEntry.kind))
        .where(col(RatingEntry.rating_id) == col(RatingRow.id))
        .order_by(col(RatingEntry.recorded_at).desc(), col(RatingEntry.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(last, Entry.DISMISSED.value) == Entry.DISMISSED.value


def standing_of(entries: Iterable[RatingEntry], at: datetime) -> Standing:
    """Where a rating stands at a moment, from its entries, oldest first."""
    return standing_at(((entry.recorded_at, Entry(entry.kind)) for entry in entries), at)


def _rating(row: Any, level: float) -> Rating:
    return Rating(
        id=row.id,
        source=Source(row.source),
        assessor=str(row.assessor_id or row.recorded_by),
        level=level,
        assessed_at=row.assessed_at,
        recorded_at=row.recorded_at,
        expires_at=row.expires_at,
        cycle_closed_at=row.closed_at,
    )
