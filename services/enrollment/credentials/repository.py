"""Queries of credentials."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.enrollment.credentials.models import Credential
from shared.database.repository import Repository
from shared.pagination import Paging, paginate


class CredentialRepository(Repository[Credential]):
    table, noun = Credential, "credential"

    async def find_by_enrollment(self, enrollment_id: UUID) -> Credential | None:
        """The badge of a participation, or None."""
        statement = select(Credential).where(col(Credential.enrollment_id) == enrollment_id)
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def list_page(
        self,
        paging: Paging,
        *,
        person_id: UUID | None,
        program_id: UUID | None,
        ids: Sequence[UUID] | None,
        updated_since: datetime | None,
    ) -> tuple[Sequence[Credential], str | None]:
        """Credentials in the order in which they were issued, revoked ones included."""
        conditions: list[Any] = [col(Credential.deleted_at).is_(None)]
        if person_id is not None:
            conditions.append(col(Credential.person_id) == person_id)
        if program_id is not None:
            conditions.append(col(Credential.program_id) == program_id)
        if ids is not None:
            conditions.append(col(Credential.id).in_(ids))
        if updated_since is not None:
            conditions.append(col(Credential.updated_at) >= updated_since)
        statement = select(Credential).where(*conditions)
        return await paginate(self.session, statement, paging, col(Credential.id))
