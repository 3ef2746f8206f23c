"""The two kinds of session, as different types and as dependencies of endpoints.

A function that takes a `ReadSession` cannot be handed to code that writes: mypy refuses it. The scope
`function` makes the commit happen before the answer is sent; FastAPI's default would answer 201 first.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import Connection, Row, Select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Scope

from shared.database.prepared import Prepared

UNIT_OF_WORK = "upskill.unit_of_work"
READERS = "upskill.readers"


class ReadOnlySession(AsyncSession):
    """A session that only reads."""

    async def fetch(self, statement: Select[Any], parameters: dict[str, Any]) -> Sequence[Row[Any]]:
        """Rows of a statement that was built once, without the object-relational layer between: for the reads that
        every portal makes all day. On SQLite without a detour over greenlets either.
        """
        inline: Connection | None = self.info["database"].inline
        if inline is not None:
            return inline.execute(statement, parameters).all()
        connection = await self.connection()
        found: Sequence[Row[Any]] = (await connection.execute(statement, parameters)).all()
        return found

    async def look_up(self, prepared: Prepared, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        """Rows of a prepared statement, by the names of their columns; straight from the driver."""
        if not prepared.is_fixed:
            return [dict(row._mapping) for row in await self.fetch(prepared.statement, parameters)]
        found: list[dict[str, Any]] = await self.info["database"].look_ups.rows(prepared, parameters)
        return found


class UnitOfWork(AsyncSession):
    """A session whose work is one transaction. Nobody but the frame commits it."""


async def _read_session(request: Request) -> ReadOnlySession:
    session: ReadOnlySession = request.app.state.database.reader_session()
    request.scope.setdefault(READERS, []).append(session)
    return session


async def close_readers(scope: Scope) -> None:
    """Give back what a request's read sessions took; the frame calls it when the answer is made."""
    for session in scope.pop(READERS, ()):
        if session.in_transaction():  # one that ran no statement of its own holds nothing
            await session.close()


async def _scan_session(request: Request) -> AsyncIterator[ReadOnlySession]:
    async with request.app.state.database.scanning() as session:
        yield session


async def _write_session(request: Request) -> AsyncIterator[UnitOfWork]:
    async with request.app.state.database.writing(is_short=True) as session:
        request.scope[UNIT_OF_WORK] = session
        yield session


async def _long_write_session(request: Request) -> AsyncIterator[UnitOfWork]:
    async with request.app.state.database.writing() as session:
        request.scope[UNIT_OF_WORK] = session
        yield session


ReadSession = Annotated[ReadOnlySession, Depends(_read_session)]
ScanSession = Annotated[ReadOnlySession, Depends(_scan_session, scope="function")]
"""For answers that read many rows: roll-ups, exports."""
WriteSession = Annotated[UnitOfWork, Depends(_write_session, scope="function")]
LongWriteSession = Annotated[UnitOfWork, Depends(_long_write_session, scope="function")]
"""For requests that write very many rows, such as closing a cycle over everybody."""
AnySession = ReadOnlySession | UnitOfWork
