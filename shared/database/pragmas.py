"""Settings of a SQLite connection."""

from typing import Any


def prepare(connection: Any, *pragmas: str) -> None:
    """Set them, and keep the driver from beginning transactions of its own."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
