"""What repositories share: find, get, add, change by revision. Repositories query; they never commit."""

from collections.abc import Hashable
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, cast
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Integer,
    MetaData,
    Select,
    and_,
    bindparam,
    false,
    or_,
    select,
    true,
    update,
)

from shared.clock import utc_now
from shared.database.kernel import KernelTables
from shared.database.prepared import Prepared
from shared.database.sessions import AnySession, ReadOnlySession, UnitOfWork
from shared.database.tables import Versioned
from shared.errors import NotFound, PreconditionFailed
from shared.pagination import Paging
from shared.schemas import ExternalId

Row = TypeVar("Row", bound=Versioned)
Named = tuple[dict[str, Any], list[ExternalId]]
"""The columns of a row, and its external ids in order of source."""


@cache
def _find_statement(table: Hashable) -> Select[Any]:
    """Built once per table: building a statement costs more than running this one."""
    row = cast(Any, table)
    return select(row).where(row.id == bindparam("id"), row.deleted_at.is_(None))


@cache
def _read_statement(table: Hashable, kind: str) -> Prepared:
    row: Any = cast(Any, table).__table__
    wanted = select(*row.c).where(row.c.id == bindparam("id"), row.c.deleted_at.is_(None))
    return _with_names_of(kind, row.metadata, wanted)


@cache
def _page_statement(table: Hashable, kind: str, conditions: tuple[Any, ...], continues: bool) -> Prepared:
    """One page of rows in order of creation."""
    row: Any = cast(Any, table).__table__
    wanted = select(*row.c).where(*conditions).order_by(row.c.id).limit(bindparam("limit_", type_=Integer))
    if continues:
        wanted = wanted.where(row.c.id > bindparam("after_", type_=row.c.id.type))
    return _with_names_of(kind, row.metadata, wanted)


def _with_names_of(kind: str, metadata: MetaData, wanted: Select[Any]) -> Prepared:
    """The rows in order of their ids, each as often as it has external ids, those in order of source."""
    names, rows = KernelTables.of(metadata).references.c, wanted.subquery("wanted")
    return Prepared(
        select(*rows.c, names.source.label("source_"), names.external_id.label("external_id_"))
        .select_from(rows.outerjoin(names.kind.table, and_(names.kind == kind, names.resource_id == rows.c.id)))
        .order_by(rows.c.id, names.source, names.external_id)
    )


def _differs(table: Any, values: dict[str, Any]) -> ColumnElement[bool]:
    """Whether a row would become another one by these values."""
    columns = table.__table__.c
    others = (columns[name].is_distinct_from(_bound(columns[name], value)) for name, value in values.items())
    return or_(false(), *others)


def _bound(column: Any, value: Any) -> Any:
    return value if isinstance(value, ClauseElement) else bindparam(None, value, type_=column.type)


class Repository(Generic[Row]):
    """Queries of one table. Subclasses set `table` and `noun` and add the queries of their feature."""

    table: ClassVar[type[Any]]
    noun: ClassVar[str]

    def __init__(self, session: AnySession) -> None:
        self.session = session

    async def find(self, id: UUID) -> Row | None:
        """The live row with this id, or None."""
        found = await self.session.execute(_find_statement(cast(Hashable, self.table)), {"id": id})
        return cast(Row | None, found.scalar_one_or_none())

    async def read(self, id: UUID) -> Named:
        """The live row's columns and its external ids in one short statement, for answers. Raises NotFound."""
        assert isinstance(self.session, ReadOnlySession), "units of work change rows: use get"
        statement = _read_statement(cast(Hashable, self.table), self.noun)
        found = _with_names(await self.session.look_up(statement, {"id": id}))
        if not found:
            raise NotFound(f"There is no {self.noun} {id}.")
        return found[0]

    async def read_page(
        self, paging: Paging, conditions: tuple[Any, ...], **values: Any
    ) -> tuple[list[Named], str | None]:
        """A page of rows in order of creation with their external ids, in one short statement, and the next cursor.

        `conditions` are always the same objects for the same filter (values are bound by name), because the statement
        is prepared once for each combination of them. Raises BadRequest for a cursor of another list.
        """
        assert isinstance(self.session, ReadOnlySession), "units of work change rows: use paginate"
        after = paging.after()
        statement = _page_statement(cast(Hashable, self.table), self.noun, conditions, after is not None)
        given = {**values, "limit_": paging.limit + 1, "after_": after}
        found = _with_names(await self.session.look_up(statement, given))
        page = found[: paging.limit]
        return page, paging.cursor_after(page[-1][0]["id"]) if len(found) > paging.limit else None

    async def get(self, id: UUID) -> Row:
        """The live row with this id. Raises NotFound."""
        if (row := await self.find(id)) is None:
            raise NotFound(f"There is no {self.noun} {id}.")
        return row

    async def add(self, row: Row) -> Row:
        """Insert and flush, so that a broken constraint shows where it is broken."""
        self.session.add(row)
        await self.session.flush()
        return row

    async def get_at(self, id: UUID, revision: int | None) -> Row:
        """The live row, if it is still at this revision (None: at any). Raises NotFound, PreconditionFailed.

        For what is refused for other reasons too: a stale precondition is told first.
        """
        row = await self.get(id)
        if revision is not None and row.revision != revision:
            raise self._stale()
        return row

    async def change(self, id: UUID, revision: int | None, *, also: bool = False, **values: Any) -> int:
        """Set columns and raise the revision, comparing it inside the UPDATE. Returns the revision that it then has.

        Where all columns have these values already nothing is written, and the revision stays, unless `also` says
        that something beside the row changes with it. `revision` None means: whatever it is now. Raises NotFound, or
        PreconditionFailed when it is stale.
        """
        table = self.table
        statement = update(table).where(table.id == id, table.deleted_at.is_(None))
        statement = statement.where(true() if also else _differs(table, values))
        if revision is not None:
            statement = statement.where(table.revision == revision)
        changed = await self.session.execute(
            statement.values(**values, revision=table.revision + 1, updated_at=utc_now())
            .returning(table.revision)
            .execution_options(synchronize_session=False)
        )
        self._forget(id)
        if (new_revision := changed.scalar_one_or_none()) is not None:
            return int(new_revision)
        return (await self.get_at(id, revision)).revision

    async def bury(self, id: UUID, revision: int | None) -> int:
        """Delete by tombstone, so that delta sync can tell others. Raises like `change`."""
        return await self.change(id, revision, deleted_at=utc_now())

    def _stale(self) -> PreconditionFailed:
        return PreconditionFailed(f"The {self.noun} has changed since you read it.")

    def _forget(self, id: UUID) -> None:
        """Drop the row from the session's identity map: what was loaded before is stale now."""
        assert isinstance(self.session, UnitOfWork), "only a unit of work may change rows"
        key = self.session.sync_session.identity_key(self.table, id)
        if (loaded := self.session.sync_session.identity_map.get(key)) is not None:
            self.session.expunge(loaded)


def _with_names(rows: list[dict[str, Any]]) -> list[Named]:
    """One entry for each id, in order, with its external ids: rows have one each, or none."""
    found: list[Named] = []
    for row in rows:
        source, name = row.pop("source_"), row.pop("external_id_")
        if not found or found[-1][0]["id"] != row["id"]:
            found.append((row, []))
        if source is not None:
            found[-1][1].append(ExternalId(source=source, external_id=name))
    return found
