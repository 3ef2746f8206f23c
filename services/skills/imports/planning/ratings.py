"""Planning of ratings. The ledger only grows: what is in it already is unchanged, or refused when it says otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.skills.assessments.ratings.repository import RatingRepository
from services.skills.assessments.ratings.schemas import RatingWrite
from services.skills.assessments.ratings.service import RatingService
from services.skills.imports.planning.plan import Plan, Records, Write
from services.skills.imports.planning.taxonomy import find_skills
from services.skills.imports.records import Finding, RatingRecord, error
from services.skills.imports.rules import Action
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import Problem
from shared.identity.principal import Principal
from shared.references import References

AT_ONCE = 500
"""Ratings in one transaction: each is checked against the org chart, and the levels of its person are rebuilt."""
KIND = "rating"


@dataclass
class RatingState:
    """What of the upload is in the ledger already, and the skills that it names."""

    levels: dict[str, float] = field(default_factory=dict)
    skills: dict[str, UUID] = field(default_factory=dict)


async def read_state(session: AnySession, records: Records) -> RatingState:
    ratings = records.of(RatingRecord)
    if not ratings:
        return RatingState()
    ids = await References(session, KIND).find_many(rating.key for rating in ratings)
    levels = await RatingRepository(session).levels_of(set(ids.values()))
    places = await find_skills(session, {rating.values["skill_id"] for rating in ratings})
    return RatingState(
        levels={key: levels[id] for key, id in ids.items() if id in levels},
        skills={name: place.id for name, place in places.items()},
    )


def plan_ratings(records: Records, state: RatingState, caller: Principal, plan: Plan) -> None:
    rows: list[RatingRecord] = []
    for record in records.of(RatingRecord):
        name = record.values["skill_id"]
        if name not in state.skills:
            plan.findings.append(error(record.place, "unknown_skill", f"There is no skill {name}."))
        elif record.key not in state.levels:
            rows.append(RatingRecord(record.place, record.key, {**record.values, "skill_id": str(state.skills[name])}))
        elif state.levels[record.key] == record.values["level"]:
            plan.unchanged[KIND] += 1
        else:
            detail = f"It is in the ledger with level {state.levels[record.key]:g}: revoke that one first."
            plan.findings.append(error(record.place, "recorded_otherwise", detail))
    for row in rows:
        plan.tell("create", KIND, row.key, f"{row.values['source']} rating of {row.values['person_id']}")
    plan.step(KIND, Action.CREATE, _enter_for(caller), rows, at_once=AT_ONCE)


def _enter_for(caller: Principal) -> Write:
    async def enter(session: UnitOfWork, rows: Sequence[RatingRecord], now: datetime) -> Sequence[Finding]:
        """Every rule of a single rating holds here too: who may rate whom, levels of the scale, open cycles."""
        service = RatingService(session, caller, now)
        bodies: dict[str, RatingWrite] = {}
        refused: dict[str, Problem | ValidationError] = {}
        for row in rows:
            try:
                bodies[row.key] = RatingWrite.model_validate(row.values)
            except ValidationError as error:
                refused[row.key] = error
        entered, problems = await service.enter_many(bodies)
        refused.update(problems)
        await service.write(list(entered.values()))
        pairs = ((key.partition(":"), rating.id) for key, rating in entered.items())
        await References(session, KIND).insert_many([(source, name, id) for (source, _, name), id in pairs])
        return [_finding(row, refused[row.key]) for row in rows if row.key in refused]

    return enter


def _finding(row: RatingRecord, refused: Problem | ValidationError) -> Finding:
    if isinstance(refused, Problem):
        return error(row.place, refused.code.replace("-", "_"), refused.detail or refused.title)
    first: Any = refused.errors()[0]
    return error(row.place, "invalid_value", f"{'/'.join(str(part) for part in first['loc'])}: {first['msg']}")
