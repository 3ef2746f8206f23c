"""Many ratings in one request: each item succeeds or fails by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from services.skills.assessments.ratings.schemas import RatingResult, RatingResults, RatingWrite
from services.skills.assessments.ratings.service import RatingService
from shared.database.sessions import UnitOfWork
from shared.errors import Fault, Problem, Unprocessable
from shared.identity.principal import Principal
from shared.merge_patch import pointer_of


async def record_batch(
    session: UnitOfWork, items: Sequence[dict[str, Any]], caller: Principal, now: datetime
) -> RatingResults:
    """Record what can be recorded, and tell of each item what became of it. An item is checked whole before
    anything of it is written, so a bad one leaves nothing behind.
    """
    service = RatingService(session, caller, now)
    bodies: dict[int, RatingWrite] = {}
    failed: dict[int, Problem] = {}
    for index, item in enumerate(items):
        try:
            bodies[index] = _read(item)
        except Problem as problem:
            failed[index] = problem
    entered, refused = await service.enter_many(bodies)
    failed |= refused
    await service.write(list(entered.values()))
    ratings = await service.reader.read_many(list(entered.values()))
    results = {
        index: RatingResult(index=index, status=201, rating=rating)
        for index, rating in zip(entered, ratings, strict=True)
    }
    for index, fault in failed.items():
        results[index] = RatingResult(index=index, status=fault.status, problem=fault.document(None))
    return RatingResults(data=[results[index] for index in range(len(items))])


def _read(item: dict[str, Any]) -> RatingWrite:
    try:
        return RatingWrite.model_validate(item)
    except ValidationError as error:
        faults = [Fault(pointer=pointer_of(e["loc"]), detail=e["msg"]) for e in error.errors()]
        raise Unprocessable("The rating is not valid.", errors=faults) from error
