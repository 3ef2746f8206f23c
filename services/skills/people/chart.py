"""What everything that walks or changes the org chart keeps to."""

from sqlalchemy import text

from shared.database.sessions import AnySession

# Deeper than any organisation; ends a walk through a chart that is broken.
DEEPEST = 100


async def lock_chart(session: AnySession) -> None:
    """Let one change of who is above whom pass at a time, so that two cannot close a circle together."""
    if not session.info["database"].is_sqlite:  # SQLite has one writer anyway
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('upskill.chart'))"))
