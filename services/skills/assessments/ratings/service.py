"""Use cases of ratings: record, revoke, dispute, answer a dispute."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from services.skills.assessments.cycles.invitations.tallies import forget
from services.skills.assessments.levels.repository import LevelRepository
from services.skills.assessments.levels.service import LevelKeeper
from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.checks import RatingChecks
from services.skills.assessments.ratings.models import RatingEntry, RatingRow
from services.skills.assessments.ratings.repository import RatingRepository, standing_of
from services.skills.assessments.ratings.results import ResultReader, Results
from services.skills.assessments.ratings.rules import AFTER, Entry, Standing
from services.skills.assessments.ratings.schemas import DisputeAnswer, EntryRead, RatingAction, RatingRead, RatingWrite
from services.skills.people.repository import PersonalTextRepository
from services.skills.people.service import PersonService
from shared.contracts.skills.events import RatingFact, RatingRecorded, RatingRevoked
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Conflict, Forbidden, NotFound, Problem
from shared.events.outbox import record
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.ids import new_id

Name = TypeVar("Name", bound=Hashable)


class IllegalEntry(Conflict):
    """The rating does not stand so that this entry may follow; carries the allowed ones."""

    code, title = "illegal-entry", "This cannot follow on the rating's standing"


class RatingReader:
    """Reads ratings as the caller may see them. What single peers said is for themselves and for the client
    that sent it.
    """

    def __init__(self, session: AnySession, caller: Principal, now: datetime) -> None:
        self.session = session
        self.caller = caller
        self.now = now
        self.ratings = RatingRepository(session)
        self.results = ResultReader(session, caller)

    async def get(self, id: UUID) -> RatingRead:
        """Raises NotFound, also for what the caller may not see."""
        row = await self.ratings.get(id)
        if not await self.may_see(row):
            raise NotFound(f"There is no rating {id}.")
        return (await self.read_many([row]))[0]

    async def may_see(self, row: RatingRow) -> bool:
        is_author = self.caller.person_id is not None and self.caller.person_id == row.assessor_id
        if is_author or row.recorded_by == name_of(self.caller):
            return True
        return row.source != Source.PEER and await PersonService(self.session).may_read(row.person_id, self.caller)

    async def read_many(self, rows: Sequence[RatingRow]) -> list[RatingRead]:
        entries = await self.ratings.entries_of(row.id for row in rows)
        results = await self.results.read(rows, entries)
        texts = [row.note_id for row in rows] + [entry.reason_id for some in entries.values() for entry in some]
        notes = await PersonalTextRepository(self.session).read(texts)
        return [_read(row, entries.get(row.id, ()), notes, results, self.now) for row in rows]

    async def read_new(self, row: RatingRow, note: str | None, level: float | None) -> RatingRead:
        """A rating that has just been written, from which `level` resulted."""
        notes = {row.note_id: note} if row.note_id and note else {}
        results = {one.id: level for one in await self.results.readable([row])}
        return _read(row, (), notes, results, self.now)


class RatingService:
    """Appends to the ledger. Each change rebuilds the levels that it touches, in the same transaction."""

    def __init__(self, session: UnitOfWork, caller: Principal, now: datetime) -> None:
        self.session = session
        self.caller = caller
        self.now = now
        self.ratings = RatingRepository(session)
        self.reader = RatingReader(session, caller, now)
        self.checks = RatingChecks(session, caller, now)
        self._notes: dict[UUID, str] = {}

    async def record(self, body: RatingWrite) -> RatingRead:
        """Record one rating. Raises Forbidden, CycleNotOpen, LevelOutsideScale, Unprocessable naming the place."""
        row = await self.enter(body)
        await self._add([row])
        levels = await LevelKeeper(self.session, self.now).rebuild(row.person_id, [row.skill_id])
        await forget(self.session, [(row.cycle_id, row.person_id)])
        return await self.reader.read_new(row, body.note, levels[row.skill_id].level)

    async def enter_many(self, bodies: Mapping[Name, RatingWrite]) -> tuple[dict[Name, RatingRow], dict[Name, Problem]]:
        """Check many ratings: the rows of those that may enter, for `write`, and what is wrong with the others."""
        await self.checks.look_up(bodies.values())
        entered: dict[Name, RatingRow] = {}
        refused: dict[Name, Problem] = {}
        for name, body in bodies.items():
            try:
                entered[name] = await self.enter(body)
            except Problem as problem:
                refused[name] = problem
        return entered, refused

    async def enter(self, body: RatingWrite) -> RatingRow:
        """Check a rating and make its row; `write` must follow in the same transaction. Raises like `record`."""
        checked = await self.checks.check(body)
        row = RatingRow(
            id=new_id(),
            person_id=checked.person_id,
            skill_id=checked.skill_id,
            level=body.level,
            scale_id=checked.scale_id,
            source=body.source,
            assessor_id=checked.assessor_id,
            recorded_by=name_of(self.caller),
            assessed_at=checked.assessed_at,
            recorded_at=self.now,
            expires_at=body.expires_at,
            url=body.url,
            cycle_id=checked.cycle_id,
        )
        if body.note:
            row.note_id = new_id()
            self._notes[row.note_id] = body.note
        return row

    async def write(self, rows: Sequence[RatingRow]) -> None:
        """Append ratings to the ledger, tell them, and rebuild what they touch, person by person."""
        await self._add(rows)
        await self.rebuild(rows)

    async def _add(self, rows: Sequence[RatingRow]) -> None:
        notes = [(row.note_id, row.person_id, self._notes[row.note_id]) for row in rows if row.note_id in self._notes]
        await PersonalTextRepository(self.session).add_many(notes)
        await self.ratings.add_many([row.model_dump() for row in rows])
        await record(self.session, *(fact_of(RatingRecorded, row) for row in rows))

    async def rebuild(self, rows: Sequence[RatingRow]) -> None:
        """Rebuild what these ratings touch, person by person."""
        touched: dict[UUID, set[UUID]] = {}
        for row in rows:
            touched.setdefault(row.person_id, set()).add(row.skill_id)
        await LevelKeeper(self.session, self.now).rebuild_many(touched)
        await forget(self.session, [(row.cycle_id, row.person_id) for row in rows])

    async def revoke(self, id: UUID, body: RatingAction) -> RatingRead:
        """Take a rating back by a compensating entry. Raises NotFound, Forbidden, IllegalEntry."""
        row = await self._seen(id)
        actor = await self.checks.acting_person(body.acting_person_id)
        if not self.caller.has(Scope.RATINGS_WRITE) and (actor is None or actor != row.assessor_id):
            raise Forbidden("Only who gave a rating, or a client that may write ratings, takes it back.")
        return await self._append(row, Entry.REVOKED, body, actor)

    async def dispute(self, id: UUID, body: RatingAction) -> RatingRead:
        """The person says that a rating is wrong: it stops counting until somebody answers.

        Raises NotFound, Forbidden for anybody but the person, IllegalEntry.
        """
        row = await self._seen(id)
        actor = await self.checks.acting_person(body.acting_person_id)
        if actor != row.person_id:
            raise Forbidden("Only the person who was rated disputes a rating.")
        return await self._append(row, Entry.DISPUTED, body, actor)

    async def answer(self, id: UUID, body: DisputeAnswer) -> RatingRead:
        """End a dispute. Raises NotFound, Forbidden for the person themselves, IllegalEntry."""
        row = await self._seen(id)
        actor = await self.checks.acting_person(body.acting_person_id)
        if actor == row.person_id:
            raise Forbidden("Nobody answers their own dispute.")
        if not self.caller.has(Scope.RATINGS_WRITE) and actor == row.assessor_id:
            raise Forbidden("Somebody other than the assessor answers a dispute.")
        return await self._append(row, Entry(body.outcome), body, actor)

    async def _seen(self, id: UUID) -> RatingRow:
        row = await self.ratings.get(id)
        if not self.caller.has(Scope.RATINGS_WRITE) and not await self.reader.may_see(row):
            raise NotFound(f"There is no rating {id}.")
        return row

    async def _append(self, row: RatingRow, kind: Entry, body: RatingAction, actor: UUID | None) -> RatingRead:
        await LevelRepository(self.session).lock([row.person_id])
        standing = (await self.ratings.standings([row.id], self.now)).get(row.id, Standing.RECORDED)
        if kind not in AFTER[standing]:
            allowed = sorted(AFTER[standing])
            raise IllegalEntry(f"The rating is {standing}.", allowed=allowed)
        reason_id = await PersonalTextRepository(self.session).add(row.person_id, body.reason)
        await self.ratings.append([entry_row(row.id, kind, self.caller, self.now, actor, reason_id)])
        if AFTER[standing][kind] is Standing.REVOKED:
            await record(self.session, fact_of(RatingRevoked, row))
        await LevelKeeper(self.session, self.now).rebuild(row.person_id, [row.skill_id])
        await forget(self.session, [(row.cycle_id, row.person_id)])
        return (await self.reader.read_many([row]))[0]


def name_of(caller: Principal) -> str:
    """How the ledger names who sent an entry."""
    return f"{caller.kind}:{caller.id}"


def _read(
    row: RatingRow, entries: Sequence[RatingEntry], notes: Mapping[UUID, str], results: Results, now: datetime
) -> RatingRead:
    return RatingRead(
        **row.model_dump(exclude={"assessor_id", "note_id", "evidence_source", "evidence_id", "evidence_take"}),
        assessor_id=None if row.source == Source.PEER else row.assessor_id,
        note=notes.get(row.note_id) if row.note_id else None,
        resulting_level=results.get(row.id),
        standing=standing_of(entries, now),
        entries=[_entry(entry, row, notes, results) for entry in entries],
    )


def _entry(entry: RatingEntry, row: RatingRow, texts: Mapping[UUID, str], results: Results) -> EntryRead:
    return EntryRead(
        kind=Entry(entry.kind),
        recorded_at=entry.recorded_at,
        recorded_by=entry.recorded_by,
        acting_person_id=None if row.source == Source.PEER else entry.acting_person_id,
        reason=texts.get(entry.reason_id) if entry.reason_id else None,
        resulting_level=results.get(entry.id),
    )


def entry_row(
    rating_id: UUID, kind: Entry, caller: Principal, now: datetime, actor: UUID | None, reason_id: UUID | None
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "rating_id": rating_id,
        "kind": kind,
        "recorded_at": now,
        "recorded_by": name_of(caller),
        "acting_person_id": actor,
        "reason_id": reason_id,
    }


def fact_of(kind: type[RatingRecorded] | type[RatingRevoked], row: RatingRow) -> RatingFact:
    """The rating as a fact. Of a peer's rating neither the author nor the level is told."""
    is_peer = row.source == Source.PEER
    return kind(
        rating_id=row.id,
        person_id=row.person_id,
        skill_id=row.skill_id,
        level=None if is_peer else row.level,
        source=row.source,
        assessor_id=None if is_peer else row.assessor_id,
        assessed_at=row.assessed_at,
        cycle_id=row.cycle_id,
    )
