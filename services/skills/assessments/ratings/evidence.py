"""What a neighbour saw being learned becomes learning ratings, once per record of that neighbour."""

from datetime import datetime
from typing import Any

from services.skills.assessments.policies.rules import Source
from services.skills.assessments.ratings.models import RatingRow
from services.skills.assessments.ratings.repository import RatingRepository
from services.skills.assessments.ratings.rules import Entry, Standing
from services.skills.assessments.ratings.service import RatingService, entry_row, fact_of, name_of
from services.skills.people.repository import PersonalTextRepository
from services.skills.people.service import PersonService
from services.skills.taxonomy.skills.repository import SkillRepository
from shared.contracts.skills.events import RatingRevoked
from shared.contracts.skills.messages import Evidence, EvidenceReceipt
from shared.database.sessions import UnitOfWork
from shared.errors import NotFound
from shared.events.outbox import record
from shared.identity.principal import Principal
from shared.ids import new_id
from shared.schemas import ExternalId


class EvidenceService:
    """Writes and takes back evidence. Both may be repeated: a consumer that was killed asks again."""

    def __init__(self, session: UnitOfWork, caller: Principal, now: datetime) -> None:
        self.session = session
        self.caller = caller
        self.now = now
        self.ratings = RatingRepository(session)

    async def put(self, external: ExternalId, evidence: Evidence) -> EvidenceReceipt:
        """The learning ratings of a record, made unless they stand already. Raises NotFound."""
        present = await self.ratings.of_evidence(external.source, external.external_id)
        if standing := await self._standing(present):
            return EvidenceReceipt(rating_ids=[row.id for row in standing])
        take = max((row.evidence_take or 0 for row in present), default=0) + 1
        rows = await self._rows(external, evidence, take)
        await RatingService(self.session, self.caller, self.now).write(rows)
        return EvidenceReceipt(rating_ids=[row.id for row in rows])

    async def revoke(self, external: ExternalId) -> None:
        """Append a compensating entry to each rating of the record that still stands."""
        rows = await self._standing(await self.ratings.of_evidence(external.source, external.external_id))
        entries = [entry_row(row.id, Entry.REVOKED, self.caller, self.now, None, None) for row in rows]
        await self.ratings.append(entries)
        await record(self.session, *(fact_of(RatingRevoked, row) for row in rows))
        await RatingService(self.session, self.caller, self.now).rebuild(rows)

    async def _standing(self, rows: list[RatingRow]) -> list[RatingRow]:
        standings = await self.ratings.standings([row.id for row in rows], self.now)
        return [row for row in rows if standings.get(row.id) is not Standing.REVOKED]

    async def _rows(self, external: ExternalId, evidence: Evidence, take: int) -> list[RatingRow]:
        person = await PersonService(self.session).find_row(str(evidence.person_id))
        known = await SkillRepository(self.session).find_many({learned.skill_id for learned in evidence.skills})
        if missing := [learned.skill_id for learned in evidence.skills if learned.skill_id not in known]:
            raise NotFound(f"There is no skill {missing[0]}.")
        note_id = await PersonalTextRepository(self.session).add(person.id, evidence.note)
        common: dict[str, Any] = {
            "person_id": person.id,
            "source": Source.LEARNING,
            "recorded_by": name_of(self.caller),
            "assessed_at": min(evidence.assessed_at, self.now),
            "recorded_at": self.now,
            "note_id": note_id,
            "url": evidence.url,
            "evidence_source": external.source,
            "evidence_id": external.external_id,
            "evidence_take": take,
        }
        reached: dict[Any, float] = {}
        for learned in evidence.skills:
            reached[learned.skill_id] = max(learned.level, reached.get(learned.skill_id, 0.0))
        scales = await SkillRepository(self.session).scales_of(reached)
        return [
            RatingRow(id=new_id(), skill_id=id, level=level, scale_id=scales[id].id, **common)
            for id, level in reached.items()
        ]
