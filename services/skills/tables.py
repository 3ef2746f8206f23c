"""The base of this service's tables: they share one MetaData, which no other service sees."""

from sqlmodel import SQLModel

from shared.database.kernel import KernelTables
from shared.database.tables import new_registry


class SkillsTable(SQLModel, registry=new_registry()):
    """Base of every table of the skills service."""


KernelTables.of(SkillsTable.metadata)
