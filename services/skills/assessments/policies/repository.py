"""Queries of the rating policy's versions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from services.skills.assessments.policies.models import RatingPolicy
from services.skills.assessments.policies.rules import Policy, Source
from services.skills.processing.repository import is_on
from services.skills.processing.rules import Processing
from shared.database.sessions import AnySession, UnitOfWork
from shared.errors import NotFound
from shared.pagination import Paging, paginate


class PolicyRepository:
    """Versions of the policy; the newest is in force."""

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def in_force(self, at: datetime | None = None) -> Policy:
        """The policy now, or as it was at a moment (the first one before there was any).

        While the organisation has switched peer ratings off, peers weigh nothing, at any moment.
        """
        peers = is_on(Processing.PEER_RATINGS)
        statement = select(RatingPolicy, peers).order_by(col(RatingPolicy.version).desc()).limit(1)
        if at is not None:
            statement = statement.where((col(RatingPolicy.created_at) <= at) | (col(RatingPolicy.version) == 1))
        row, with_peers = (await self.session.execute(statement)).one()
        return _with_peers(as_policy(row), with_peers)

    async def history(self) -> list[tuple[datetime, Policy]]:
        """Every version since it was made, oldest first; the first has been in force for ever."""
        rows = await self.session.execute(
            select(RatingPolicy, is_on(Processing.PEER_RATINGS)).order_by(col(RatingPolicy.version))
        )
        return [(row.created_at, _with_peers(as_policy(row), with_peers)) for row, with_peers in rows]

    async def get(self, version: int) -> RatingPolicy:
        """Raises NotFound."""
        statement = select(RatingPolicy).where(col(RatingPolicy.version) == version)
        if (row := (await self.session.execute(statement)).scalar_one_or_none()) is None:
            raise NotFound(f"There is no rating policy {version}.")
        return row

    async def list_page(
        self, paging: Paging, versions: Sequence[int] | None, since: datetime | None
    ) -> tuple[list[RatingPolicy], str | None]:
        """Versions in their order; `since`: made at or after that moment, as they are never changed."""
        statement = select(RatingPolicy)
        if versions is not None:
            statement = statement.where(col(RatingPolicy.version).in_(versions))
        if since is not None:
            statement = statement.where(col(RatingPolicy.created_at) >= since)
        return await paginate(self.session, statement, paging, col(RatingPolicy.version))

    async def add(self, row: RatingPolicy) -> RatingPolicy:
        """Raises an IntegrityError when another one took the version in the meantime."""
        assert isinstance(self.session, UnitOfWork)
        self.session.add(row)
        await self.session.flush()
        return row


def _with_peers(policy: Policy, with_peers: bool) -> Policy:
    return policy if with_peers else policy.without(Source.PEER)


def as_policy(row: RatingPolicy) -> Policy:
    return Policy(
        version=row.version,
        weights={Source(source): weight for source, weight in row.weights.items()},
        half_life_days=row.half_life_days,
        minimum_peers=row.minimum_peers,
        self_may_meet=row.self_may_meet,
        tolerance=row.tolerance,
    )
