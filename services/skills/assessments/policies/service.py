"""Use cases of the rating policy."""

from datetime import datetime

from services.skills.assessments.policies.models import RatingPolicy
from services.skills.assessments.policies.repository import PolicyRepository
from services.skills.assessments.policies.schemas import PolicyRead, PolicyWrite
from shared.contracts.skills.events import RatingPolicyChanged
from shared.database.sessions import UnitOfWork
from shared.events.outbox import record
from shared.identity.principal import Principal


async def create_policy(session: UnitOfWork, body: PolicyWrite, caller: Principal, now: datetime) -> PolicyRead:
    """Add the next version. Levels that were built under the one before are rebuilt soon, person by person."""
    policies = PolicyRepository(session)
    version = (await policies.in_force()).version + 1
    row = RatingPolicy(
        **body.model_dump(mode="json"),
        version=version,
        created_at=now,
        created_by=f"{caller.kind}:{caller.id}",
    )
    await policies.add(row)
    await record(session, RatingPolicyChanged(version=version))
    return PolicyRead.model_validate(row)
