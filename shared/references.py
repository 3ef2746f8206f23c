"""Every id in a path, query or body may be a UUID or `source:external_id`; a UUID has no colon."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy import Select, Table, bindparam, delete, select

from shared.database.kernel import KernelTables
from shared.database.loading import load
from shared.database.sessions import AnySession, ReadOnlySession, UnitOfWork
from shared.database.upserts import among
from shared.errors import Conflict, NotFound, Unprocessable
from shared.schemas import Code, ExternalId, Source


def _check(text: str) -> str:
    if ":" in text:
        source, _, external_id = text.partition(":")
        if not source or not external_id:
            raise ValueError("should be a UUID or source:external_id")
        return text
    UUID(text)
    return text


Reference = Annotated[
    str,
    StringConstraints(min_length=3, max_length=265),
    AfterValidator(_check),
    Field(
        description="A UUID, or `source:external_id`.",
        examples=["0198c0de-1111-7000-8000-000000000001", "hris:E2"],
    ),
]


Ids = Annotated[str | None, Query(description="Ids, separated by commas.", max_length=20_000)]


def parse_references(text: str) -> list[str]:
    """References separated by commas, as in `ids=a,b`. Raises Unprocessable for one that is none."""
    try:
        return [_check(part) for part in text.split(",") if part]
    except ValueError as error:
        raise Unprocessable("Each should be a UUID or source:external_id.", pointer="query/ids") from error


async def _external_id(source: Annotated[Source, Path()], external_id: Annotated[Code, Path()]) -> ExternalId:
    return ExternalId(source=source, external_id=external_id)


ExternalIdPath = Annotated[ExternalId, Depends(_external_id)]
"""The `{source}/{external_id}` at the end of an upsert's path."""
IdPath = Annotated[Reference, Path()]


@cache
def _of_statement(table: Table) -> Select[Any]:
    return (
        select(table.c.resource_id, table.c.source, table.c.external_id)
        .where(table.c.kind == bindparam("kind"), table.c.resource_id.in_(bindparam("ids", expanding=True)))
        .order_by(table.c.source, table.c.external_id)
    )


@cache
def _source_statement(table: Table) -> Select[Any]:
    return select(table.c.external_id, table.c.resource_id).where(
        table.c.kind == bindparam("kind"), table.c.source == bindparam("of_source")
    )


@cache
def _find_statement(table: Table) -> Select[Any]:
    """Built once: building a statement costs more than finding one row."""
    return _source_statement(table).where(table.c.external_id == bindparam("name"))


class References:
    """The external ids of one kind of resource in this service's database."""

    def __init__(self, session: AnySession, kind: str) -> None:
        self.session = session
        self.kind = kind
        self._table = cast(KernelTables, session.info["database"].kernel).references

    async def find(self, reference: str) -> UUID | None:
        """The id behind a reference. A UUID is given back as it is, without asking whether it exists."""
        if ":" not in reference:
            return UUID(reference)
        return (await self.find_many([reference])).get(reference)

    async def known(self, references: Iterable[str]) -> list[UUID]:
        """The ids behind the references that are known."""
        return list((await self.find_many(references)).values())

    async def chosen(self, ids: str | None) -> list[UUID] | None:
        """What a list is narrowed to by `ids=a,b`; None = not at all. Raises Unprocessable for one that is none."""
        return None if ids is None else await self.known(parse_references(ids))

    async def get(self, reference: str) -> UUID:
        """The id behind a reference in a path. Raises NotFound."""
        if (found := await self.find(reference)) is None:
            raise NotFound(f"There is no {self.kind} {reference}.")
        return found

    async def demand(self, reference: str, pointer: str) -> UUID:
        """The id behind a reference in a body. Raises Unprocessable naming the place."""
        if (found := await self.find(reference)) is None:
            raise Unprocessable(f"There is no {self.kind} {reference}.", pointer=pointer)
        return found

    async def find_many(self, references: Iterable[str]) -> dict[str, UUID]:
        """The ids behind many references; unknown ones are absent."""
        found: dict[str, UUID] = {}
        by_source: dict[str, dict[str, str]] = defaultdict(dict)
        for reference in references:
            source, colon, external_id = reference.partition(":")
            if colon:
                by_source[source][external_id] = reference
            else:
                found[reference] = UUID(reference)
        for source, named in by_source.items():
            found.update({named[external_id]: id for external_id, id in await self._of_source(source, [*named])})
        return found

    async def _of_source(self, source: str, external_ids: Sequence[str]) -> Sequence[Any]:
        """The external ids that are known, and whose they are."""
        table, asked = self._table, {"kind": self.kind, "of_source": source}
        if len(external_ids) == 1:
            rows = await self.session.execute(_find_statement(table), {**asked, "name": external_ids[0]})
        else:
            named = among(self.session, table.c.external_id, external_ids)
            rows = await self.session.execute(_source_statement(table).where(named), asked)
        return list(rows)

    async def owners_of(self, external_id: str) -> list[UUID]:
        """The resources that have this external id in whatever source."""
        table = self._table
        statement = select(table.c.resource_id).where(table.c.kind == self.kind, table.c.external_id == external_id)
        return list((await self.session.execute(statement)).scalars())

    async def of(self, ids: Sequence[UUID]) -> dict[UUID, list[ExternalId]]:
        """The external ids of resources, each list in order of source."""
        table, found = self._table, dict[UUID, list[ExternalId]]()
        asked = {"kind": self.kind, "ids": list(ids)}
        if isinstance(self.session, ReadOnlySession):
            rows: Iterable[Any] = await self.session.fetch(_of_statement(table), asked)
        else:
            rows = await self.session.execute(_of_statement(table), asked)
        for id, source, external_id in rows:
            found.setdefault(id, []).append(ExternalId(source=source, external_id=external_id))
        return found

    async def differ(self, id: UUID, external_ids: Sequence[ExternalId]) -> bool:
        """Whether the resource has other external ids than these."""
        return set((await self.of([id])).get(id, [])) != set(external_ids)

    async def replace(self, id: UUID, external_ids: Sequence[ExternalId]) -> None:
        """Make these the resource's external ids. Raises Conflict when one belongs to another resource."""
        assert isinstance(self.session, UnitOfWork)
        rows = await self._free(id, external_ids)
        table = self._table
        await self.session.execute(delete(table).where(table.c.kind == self.kind, table.c.resource_id == id))
        await self.insert_many(rows)

    async def add(self, id: UUID, external_ids: Sequence[ExternalId]) -> None:
        """Give a new resource its external ids. Raises Conflict when one belongs to another resource."""
        await self.insert_many(await self._free(id, external_ids))

    async def _free(self, id: UUID, external_ids: Sequence[ExternalId]) -> list[tuple[str, str, UUID]]:
        wanted = sorted({(e.source, e.external_id) for e in external_ids})
        owners = await self.find_many(f"{source}:{external_id}" for source, external_id in wanted)
        for reference, owner in owners.items():
            if owner != id:
                raise Conflict(f"{reference} is another {self.kind}'s external id.")
        return [(source, external_id, id) for source, external_id in wanted]

    async def insert_many(self, rows: Sequence[tuple[str, str, UUID | str]]) -> None:
        """Add (source, external_id, id) rows that are known to be new."""
        columns = dict(zip(("source", "external_id", "resource_id"), zip(*rows, strict=True), strict=False))
        await load(self.session, self._table, columns, kind=self.kind)
