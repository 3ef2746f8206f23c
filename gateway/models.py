"""Every table of the gateway in one import, for migrations and tests."""

from gateway.clients import models as clients
from gateway.tables import GatewayTable

__all__ = ["GatewayTable", "clients"]
