"""One database per service, SQLite or PostgreSQL, behind two kinds of session: one that reads, one that writes."""

from shared.database.engines import Database
from shared.database.sessions import ReadOnlySession, ReadSession, ScanSession, UnitOfWork, WriteSession

__all__ = ["Database", "ReadOnlySession", "ReadSession", "ScanSession", "UnitOfWork", "WriteSession"]
