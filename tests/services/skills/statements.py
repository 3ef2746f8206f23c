"""Which statements a read sends to the database, without those of the service's background work."""

from contextvars import ContextVar

from sqlalchemy import event

from shared.identity.principal import Principal
from tests.harness import ADMIN, Running

_watched: ContextVar[bool] = ContextVar("watched", default=False)


async def statements_of(service: Running, path: str, caller: Principal = ADMIN) -> list[str]:
    """The statements of one successful GET, in order."""
    database = service.app.state.database
    engines = {database.reader.sync_engine, database.scanner.sync_engine}
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if _watched.get():
            found.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    token = _watched.set(True)
    try:
        answer = await service.get(path, caller=caller)
    finally:
        _watched.reset(token)
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.text
    return found
