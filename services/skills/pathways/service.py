"""Use cases: which roles lie beside a role, and which ways lead a person to one."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.skills.gaps.horizons import Horizon
from services.skills.gaps.rules import GapKind, RoleProfile, most_weighted_first, summarize
from services.skills.gaps.service import GapService, Standpoint, brief, horizon_of, rounded
from services.skills.pathways.atlas import Atlas, Chart
from services.skills.pathways.repository import AtlasRepository
from services.skills.pathways.routes import Route
from services.skills.pathways.rules import Difference, Step, compare_roles, name_move, share_of_interest, walk, weigh
from services.skills.pathways.schemas import (
    AdjacentRole,
    AdjacentRoles,
    KnownRole,
    MoveAhead,
    MovesAhead,
    Pathway,
    Pathways,
    PathwayStep,
    SimilarityParts,
    SkillStep,
)
from services.skills.pathways.similarity import Likeness
from services.skills.people.aspirations.repository import AspirationRepository
from services.skills.people.aspirations.service import AspirationService
from services.skills.people.models import Person
from services.skills.roles.models import RoleMove
from services.skills.roles.repository import MoveRepository, RequirementRepository
from services.skills.roles.rules import MoveKind
from services.skills.roles.schemas import RoleBrief, SkillBrief
from services.skills.roles.service import RoleService
from shared.database.sessions import AnySession
from shared.errors import Unprocessable
from shared.identity.principal import Principal
from shared.pagination import Paging, slice_page
from shared.references import References

SHOWN_SKILLS = 5
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Wishes:
    """Roles that a person wants, the most wanted first, and skills that they wish to learn."""

    role_ids: tuple[UUID, ...]
    skill_ids: frozenset[UUID]


class MoveBook:
    """Profiles and grades of the roles in question, and what a move between two of them is called."""

    def __init__(
        self, profiles: dict[UUID, RoleProfile], grades: dict[UUID, str | None], chart: Chart, horizon: Horizon
    ) -> None:
        self.profiles = profiles
        self.grades = grades
        self.chart = chart
        self.horizon = horizon

    def compare(self, start: UUID, end: UUID) -> Difference:
        return compare_roles(self.profiles[start], self.profiles[end], self.horizon)

    def name(self, start: UUID, end: UUID) -> MoveKind:
        declared = self.chart.moves.get((start, end))
        return name_move(declared, self.compare(start, end), self.grades.get(start), self.grades.get(end))


class PathwayService:
    """Adjacent roles and pathways, over the atlas of all roles."""

    def __init__(self, session: AnySession, atlas: Atlas, languages: Sequence[str], now: datetime) -> None:
        self.session = session
        self.atlas = atlas
        self.now = now
        self.gaps = GapService(session, languages, now)

    async def list_adjacent(self, reference: str, limit: int, horizon: str) -> AdjacentRoles:
        """The roles most like this one. Raises NotFound, and Unprocessable for a horizon that is none."""
        role = await RoleService(self.session).find_row(reference)
        reach = horizon_of(horizon, self.now)
        chart = await self.atlas.chart(self.session, self.now.date())
        found = chart.index.most_similar(role.id, limit)
        book = await self._book([role.id, *(likeness.role_id for likeness in found)], chart, reach)
        differences = {likeness.role_id: book.compare(role.id, likeness.role_id) for likeness in found}
        labels = await self._labels(differences.values())
        external_ids = await References(self.session, "role").of(list(differences))
        data = [
            AdjacentRole(
                role=KnownRole(
                    id=likeness.role_id,
                    title=book.profiles[likeness.role_id].title,
                    external_ids=external_ids.get(likeness.role_id, []),
                ),
                move=book.name(role.id, likeness.role_id),
                **_explained(likeness, differences[likeness.role_id], labels),
            )
            for likeness in found
        ]
        return AdjacentRoles(role=RoleBrief(id=role.id, title=role.title), data=data)

    async def list_moves(self, reference: str, horizon: str, paging: Paging) -> tuple[MovesAhead, int]:
        """The declared steps out of a role with what they require, and the role's revision.

        Raises NotFound, and Unprocessable for a horizon that is none.
        """
        role = await RoleService(self.session).find_row(reference)
        reach = horizon_of(horizon, self.now)
        page = slice_page(await MoveRepository(self.session).of_role(role.id), paging)
        profiles, _ = await self._profiles([role.id, *(move.to_role_id for move in page.data)])
        differences = {id: compare_roles(profiles[role.id], profile, reach) for id, profile in profiles.items()}
        labels = await self._labels(differences.values())
        data = [_ahead(move, profiles[move.to_role_id], differences[move.to_role_id], labels) for move in page.data]
        own = RoleBrief(id=role.id, title=role.title)
        return MovesAhead(role=own, data=data, next_cursor=page.next_cursor), role.revision

    async def find_pathways(
        self, person: Person, caller: Principal, target: str | None, horizon: str, limit: int
    ) -> Pathways:
        """Ways from the person's role to `target`, or else to the role that they want most.

        Raises Unprocessable for an unknown target, and where none is named or wanted.
        """
        wishes = await self._wishes(person, caller)
        target_id = await self._target(target, wishes)
        standpoint = await self.gaps.standpoint(person)
        reach = horizon_of(horizon, self.now)
        chart = await self.atlas.chart(self.session, self.now.date())
        routes = await self._routes(chart, standpoint.role_id, target_id, limit)
        stops = {stop for route in routes for stop in route.role_ids}
        book = await self._book([*stops, *([standpoint.role_id] if standpoint.role_id else [])], chart, reach)
        start = book.profiles.get(standpoint.role_id) if standpoint.role_id else None
        return Pathways(
            person_id=person.id,
            current_role=brief(start),
            target_role=RoleBrief(id=target_id, title=book.profiles[target_id].title),
            horizon=reach.name,
            from_aspiration=target is None,
            data=[await self._pathway(route, start, standpoint, book, wishes) for route in routes],
        )

    async def _wishes(self, person: Person, caller: Principal) -> Wishes:
        """What the person wishes, as far as the caller may know it."""
        if not await AspirationService(self.session).are_shown(person, caller):
            return Wishes((), frozenset())
        aspirations = AspirationRepository(self.session)
        interests = await aspirations.interests_of(person.id)
        return Wishes(tuple(await aspirations.roles_of(person.id)), frozenset(interests))

    async def _target(self, reference: str | None, wishes: Wishes) -> UUID:
        if reference is not None:
            return await self.gaps.find_role(reference, "query/target_role_id")
        if not wishes.role_ids:
            raise Unprocessable("Name a role, or record an aspiration.", pointer="query/target_role_id")
        return wishes.role_ids[0]

    async def _routes(self, chart: Chart, start: UUID | None, target: UUID, limit: int) -> list[Route]:
        """The direct way alone where there is no role to start from, or nowhere to go."""
        if start is None or start not in chart.index:
            return [Route((target,), ())]
        if start == target:
            return [Route((target,), (1.0,))]
        return await asyncio.to_thread(chart.graph.find_routes, start, target, limit)

    async def _book(self, role_ids: list[UUID], chart: Chart, horizon: Horizon) -> MoveBook:
        profiles, grades = await self._profiles(role_ids)
        return MoveBook(profiles, grades, chart, horizon)

    async def _profiles(self, role_ids: list[UUID]) -> tuple[dict[UUID, RoleProfile], dict[UUID, str | None]]:
        """What the roles need, and their grades."""
        known = await AtlasRepository(self.session).known(role_ids)
        requirements = await RequirementRepository(self.session).of_roles(role_ids)
        profiles = {id: RoleProfile(id, role.title, tuple(requirements.get(id, ()))) for id, role in known.items()}
        return profiles, {id: role.grade for id, role in known.items()}

    async def _labels(self, differences: Iterable[Difference]) -> dict[UUID, str]:
        """The labels of the skills of which somebody has too little."""
        return await self.gaps.labels.of({gap.skill_id for d in differences for gap in d.gaps if gap.gap > 0})

    async def _pathway(
        self, route: Route, start: RoleProfile | None, standpoint: Standpoint, book: MoveBook, wishes: Wishes
    ) -> Pathway:
        policy = standpoint.policy
        stops = [book.profiles[role_id] for role_id in route.role_ids]
        held = await self.gaps.held(standpoint, route.role_ids[-1])
        steps = walk(start, stops, held, book.horizon, tolerance=policy.tolerance, self_may_meet=policy.self_may_meet)
        before = [start, *stops]
        return Pathway(
            similarity=round(route.similarity, DIGITS) if route.similarities else None,
            effort=round(sum(step.effort for step in steps), DIGITS),
            steps=[
                await self._step(step, before[number], route.similarities[number : number + 1], book, wishes)
                for number, step in enumerate(steps)
            ],
        )

    async def _step(
        self,
        step: Step,
        before: RoleProfile | None,
        similarity: tuple[float, ...],
        book: MoveBook,
        wishes: Wishes,
    ) -> PathwayStep:
        return PathwayStep(
            role=RoleBrief(id=step.role.id, title=step.role.title),
            move=book.name(before.id, step.role.id) if before else MoveKind.RESKILL,
            similarity=round(similarity[0], DIGITS) if similarity else None,
            effort=round(step.effort, DIGITS),
            upskilling=round(weigh(step.gaps, GapKind.UPSKILLING), DIGITS),
            reskilling=round(weigh(step.gaps, GapKind.RESKILLING), DIGITS),
            readiness=rounded(summarize(step.gaps).readiness),
            aspired=step.role.id in wishes.role_ids,
            interest=rounded(share_of_interest(step.gaps, wishes.skill_ids)),
            gaps=await self.gaps.read(step.gaps),
        )


def _explained(likeness: Likeness, difference: Difference, labels: dict[UUID, str]) -> dict[str, Any]:
    """Why a role lies beside another, and what the move asks for."""
    return {
        "similarity": round(likeness.similarity, DIGITS),
        "similarity_parts": SimilarityParts(
            profile=round(likeness.profile, DIGITS),
            title=round(likeness.title, DIGITS),
            description=round(likeness.description, DIGITS),
            family=likeness.family,
        ),
        "gap": round(difference.gap, DIGITS),
        "upskilling": round(difference.upskilling, DIGITS),
        "reskilling": round(difference.reskilling, DIGITS),
        "readiness": rounded(difference.readiness),
        "skills": _skill_steps(difference, labels)[:SHOWN_SKILLS],
    }


def _ahead(move: RoleMove, role: RoleProfile, difference: Difference, labels: dict[UUID, str]) -> MoveAhead:
    return MoveAhead(
        to_role=RoleBrief(id=role.id, title=role.title),
        kind=MoveKind(move.kind),
        note=move.note,
        gap=round(difference.gap, DIGITS),
        upskilling=round(difference.upskilling, DIGITS),
        reskilling=round(difference.reskilling, DIGITS),
        readiness=rounded(difference.readiness),
        requires=_skill_steps(difference, labels),
    )


def _skill_steps(difference: Difference, labels: dict[UUID, str]) -> list[SkillStep]:
    """The skills of which somebody has too little, the most weighted gap first."""
    return [
        SkillStep(
            skill=SkillBrief(id=gap.skill_id, label=labels[gap.skill_id]),
            from_level=gap.level or 0.0,
            to_level=gap.target_level,
            weighted_gap=round(gap.weighted_gap, DIGITS),
            kind=gap.kind,
        )
        for gap in most_weighted_first((gap for gap in difference.gaps if gap.gap > 0), labels)
    ]
