"""The base of the gateway's tables: they share one MetaData, which no service sees."""

from sqlmodel import SQLModel

from shared.database.kernel import KernelTables
from shared.database.tables import new_registry


class GatewayTable(SQLModel, registry=new_registry()):
    """Base of every table of the gateway."""


KernelTables.of(GatewayTable.metadata)
