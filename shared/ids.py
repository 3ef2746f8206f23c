"""Identifiers: UUID version 7, so that rows sort by the time they were made."""

from uuid import UUID

from uuid_utils import compat, uuid7


def new_id() -> UUID:
    return compat.uuid7()


def new_text_id() -> str:
    """The same as 32 hexadecimal digits, for what is only ever text: ten times as fast."""
    return uuid7().hex


def new_written_id() -> str:
    """The same as JSON has it, with hyphens."""
    return str(uuid7())
