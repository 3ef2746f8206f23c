"""The two kinds of session, as different types and as dependencies of endpoints.

A function that takes a `ReadSession` cannot be handed to code that writes: mypy refuses it. The scope
`function` makes the commit happen before the answer is sent; FastAPI's default would answer 201 first.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

UNIT_OF_WORK = "upskill.unit_of_work"


class ReadOnlySession(AsyncSession):
    """A session that only reads."""


class UnitOfWork(AsyncSession):
    """A session whose work is one transaction. Nobody but the frame commits it."""


async def _read_session(request: Request) -> AsyncIterator[ReadOnlySession]:
    async with request.app.state.database.reading() as session:
        yield session


async def _scan_session(request: Request) -> AsyncIterator[ReadOnlySession]:
    async with request.app.state.database.scanning() as session:
        yield session


async def _write_session(request: Request) -> AsyncIterator[UnitOfWork]:
    async with request.app.state.database.writing() as session:
        request.scope[UNIT_OF_WORK] = session
        yield session


ReadSession = Annotated[ReadOnlySession, Depends(_read_session, scope="function")]
ScanSession = Annotated[ReadOnlySession, Depends(_scan_session, scope="function")]
"""For answers that read many rows: roll-ups, exports."""
WriteSession = Annotated[UnitOfWork, Depends(_write_session, scope="function")]
AnySession = ReadOnlySession | UnitOfWork
