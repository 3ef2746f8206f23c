"""Every operation × identity, walked from the OpenAPI document. A new operation without a row fails here."""

from uuid import uuid4

import pytest

from shared.identity.principal import Principal
from shared.identity.scopes import ALL_SCOPES, Scope
from tests.access.doors import OPERATIONS, Doors, Operation
from tests.access.table import ROWS
from tests.harness import user


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert {operation.id for operation in OPERATIONS} == set(ROWS)


async def status_for(doors: Doors, operation: Operation, caller: Principal | None) -> int:
    return (await doors.call(operation.method, operation.address(), caller)).status_code


def closed(operation: Operation) -> bool:
    return not (operation.row.public or operation.row.anybody)


CLOSED = [pytest.param(operation, id=operation.id) for operation in OPERATIONS if closed(operation)]


@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("operation", CLOSED)
async def test_who_gets_in(doors: Doors, operation: Operation) -> None:
    row = operation.row
    assert await status_for(doors, operation, None) == 401
    others = frozenset(ALL_SCOPES) - {Scope.ADMIN} - set(row.scopes)
    assert await status_for(doors, operation, Principal("client", "others", others)) == 403
    assert await status_for(doors, operation, Principal("client", "nothing")) == 403
    for scope in row.scopes:
        status = await status_for(doors, operation, Principal("client", scope, frozenset({scope})))
        assert status not in (401, 403, 500)
    assert await status_for(doors, operation, Principal("client", "all", frozenset(ALL_SCOPES))) not in (401, 403, 500)
    as_user = await status_for(doors, operation, user(uuid4()))
    assert as_user not in (401, 500)
    assert (as_user != 403) == row.users
