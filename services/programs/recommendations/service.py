"""Use case: gaps in, ranked programs and a bundle out."""

import asyncio
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.programs.neighbours import SkillsService
from services.programs.recommendations import answers
from services.programs.recommendations.bundle import Bundle, choose_bundle
from services.programs.recommendations.candidates import Candidate, Constraints, Gaps
from services.programs.recommendations.loading import CandidateLoader, gaps_given, gaps_of_person
from services.programs.recommendations.rules import Ranking, open_gaps, rank
from services.programs.recommendations.schemas import RecommendationRequest, RecommendationsRead
from shared.contracts.skills.messages import GapList, ReportingLine
from shared.database.engines import Database
from shared.errors import Forbidden, NotFound, Unprocessable
from shared.identity.principal import Principal
from shared.identity.scopes import Scope
from shared.references import References

SHOWN_LEFT_OUT = 50
Status = Literal["recommended", "no_role", "no_open_gaps", "no_programs"]


@dataclass(frozen=True)
class Need:
    """What is to be closed, and whose it is."""

    gaps: Gaps
    person_id: UUID | None = None
    role_id: UUID | None = None

    @property
    def has_role(self) -> bool:
        return self.person_id is None or self.role_id is not None


class RecommendationService:
    """Neighbours are asked first; the catalogue is read in one short session; the choice is made beside the loop."""

    def __init__(self, database: Database, skills: SkillsService) -> None:
        self.database = database
        self.skills = skills

    async def recommend(self, body: RecommendationRequest, caller: Principal) -> RecommendationsRead:
        """Raises NotFound for a person who is unknown or not the caller's to see, Unprocessable."""
        need = await self._need(body, caller)
        constraints = Constraints(
            max_hours=body.max_hours,
            max_cost=body.max_cost,
            formats=frozenset(body.formats) if body.formats is not None else None,
        )
        candidates, completed = await self._read(need, body)
        ranking, bundle = await asyncio.to_thread(_choose, need.gaps, candidates, constraints, completed)
        titles = {candidate.program_id: candidate.title for candidate in candidates}
        return RecommendationsRead(
            person_id=need.person_id,
            role_id=need.role_id,
            horizon=body.horizon,
            weighted_gap=round(sum(gap.weighted for gap in need.gaps.values()), 4),
            status=_status(need, ranking),
            data=[answers.recommendation(found, constraints, titles) for found in ranking.recommended[: body.limit]],
            bundle=answers.bundle(bundle, need.gaps),
            left_out=[answers.left_out(found) for found in ranking.left_out[:SHOWN_LEFT_OUT]],
            left_out_count=len(ranking.left_out),
        )

    async def _need(self, body: RecommendationRequest, caller: Principal) -> Need:
        if body.person_id is None:
            return Need(open_gaps(await gaps_given(body.gaps or [], self.skills)))
        await self._check_may_see(body.person_id, caller)
        found = await self._gaps(body.person_id, body)
        return Need(open_gaps(gaps_of_person(found.data)), found.person_id, found.role_id)

    async def _gaps(self, person: str, body: RecommendationRequest) -> GapList:
        """Raises NotFound for the person, Unprocessable for the role and the horizon."""
        try:
            if body.role_id is not None:
                await self.skills.get_role(body.role_id)
        except NotFound:
            raise Unprocessable(f"There is no role {body.role_id}.", pointer="/role_id") from None
        try:
            return await self.skills.get_gaps(person, body.role_id, body.horizon)
        except NotFound:
            raise _no_person(person) from None
        except Unprocessable as error:
            raise Unprocessable(error.detail or "The horizon is not valid.", pointer="/horizon") from None

    async def _check_may_see(self, person: str, caller: Principal) -> None:
        """Clients need people:read; people see themselves and everybody below them, deputies as their managers do.

        Raises Forbidden for a client without the scope, and NotFound for a person who is not the caller's to see,
        as for one who does not exist.
        """
        if caller.has(Scope.PEOPLE_READ):
            return
        if caller.kind == "client":
            raise Forbidden(f"A person's gaps need the scope {Scope.PEOPLE_READ}.")
        try:
            line = await self.skills.get_reporting_line(person)
        except NotFound:
            raise _no_person(person) from None
        if caller.person_id is None or caller.person_id not in _may_see(line):
            raise _no_person(person)

    async def _read(self, need: Need, body: RecommendationRequest) -> tuple[list[Candidate], frozenset[UUID]]:
        """Programs for these gaps, and the ids of those that the person has behind them."""
        if not need.gaps:
            return [], frozenset()
        async with self.database.reading() as session:
            completed = await References(session, "program").known(body.completed_program_ids)
            return await CandidateLoader(session).load(need.gaps), frozenset(completed)


def _choose(
    gaps: Gaps, candidates: list[Candidate], constraints: Constraints, completed: frozenset[UUID]
) -> tuple[Ranking, Bundle]:
    return rank(gaps, candidates, constraints, completed), choose_bundle(gaps, candidates, constraints, completed)


def _status(need: Need, ranking: Ranking) -> Status:
    if not need.has_role:
        return "no_role"
    if not need.gaps:
        return "no_open_gaps"
    return "recommended" if ranking.recommended else "no_programs"


def _may_see(line: ReportingLine) -> set[UUID]:
    above = {manager.person.id for manager in line.managers}
    above.update(deputy for manager in line.managers for deputy in manager.deputy_ids)
    return above | {line.person.id}


def _no_person(person: str) -> NotFound:
    return NotFound(f"There is no person {person}.")
