"""`python -m services.programs`: the programs service as a process of its own."""

from services.programs.app import create_app
from shared.clients.transports import NetworkTransports
from shared.process import Part, run_part
from shared.serving import SERVICE_KEEP_ALIVE_SECONDS

run_part(
    Part(
        name="programs",
        package="services.programs",
        create=lambda settings, keyring: create_app(settings, keyring, NetworkTransports(settings)),
        keep_alive=SERVICE_KEEP_ALIVE_SECONDS,
    )
)
