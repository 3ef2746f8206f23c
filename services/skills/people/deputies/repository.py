"""Queries of deputies."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlmodel import col

from services.skills.people.deputies.models import Deputy
from services.skills.people.models import Person
from services.skills.people.repository import here_on
from shared.database.repository import Repository
from shared.pagination import Paging, paginate


class DeputyRepository(Repository[Deputy]):
    """Who acts for whom."""

    table, noun = Deputy, "deputy"

    async def list_page(self, paging: Paging, person_id: UUID) -> tuple[list[Deputy], str | None]:
        """Those who act for a person, past and to come too, in the order in which they were named."""
        return await paginate(self.session, self._of(person_id), paging, col(Deputy.id))

    async def of_pair(self, person_id: UUID, deputy_id: UUID) -> list[Deputy]:
        """When one acts for the other."""
        statement = self._of(person_id).where(col(Deputy.deputy_id) == deputy_id)
        return list((await self.session.execute(statement)).scalars())

    async def acting_on(self, person_ids: Collection[UUID], day: date) -> dict[UUID, tuple[UUID, ...]]:
        """Those who act for people on a day and are here themselves, by the person whom they act for."""
        statement = (
            select(col(Deputy.person_id), col(Deputy.deputy_id))
            .join(Person, col(Person.id) == col(Deputy.deputy_id))
            .where(
                col(Deputy.person_id).in_(person_ids),
                col(Deputy.deleted_at).is_(None),
                col(Deputy.starts_on) <= day,
                or_(col(Deputy.ends_on).is_(None), col(Deputy.ends_on) >= day),
                col(Person.active).is_(True),
                here_on(day),
            )
            .order_by(col(Deputy.starts_on), col(Deputy.deputy_id))
        )
        found: dict[UUID, tuple[UUID, ...]] = {}
        for person_id, deputy_id in await self.session.execute(statement):
            found[person_id] = (*found.get(person_id, ()), deputy_id)
        return found

    def _of(self, person_id: UUID) -> Select[Deputy]:
        return select(Deputy).where(col(Deputy.person_id) == person_id, col(Deputy.deleted_at).is_(None))
