"""`python -m gateway`: the gateway as a process of its own, in front of services that are processes too."""

from gateway.app import create_gateway
from shared.process import Part, run_part
from shared.serving import GATEWAY_KEEP_ALIVE_SECONDS
from shared.settings import SERVICES, ConfigurationError, ServiceName, Settings


def addresses(settings: Settings) -> dict[ServiceName, str]:
    """Where the three services listen. Raises ConfigurationError when one is not named."""
    found = {name: settings.url_of(name) for name in SERVICES}
    if missing := [f"UPSKILL_{name.upper()}_URL" for name, url in found.items() if url is None]:
        raise ConfigurationError(f"{', '.join(missing)}: needed when the gateway is a process of its own")
    return {name: url for name, url in found.items() if url is not None}


run_part(
    Part(
        name="gateway",
        package="gateway",
        create=lambda settings, keyring: create_gateway(settings, keyring, addresses(settings)),
        keep_alive=GATEWAY_KEEP_ALIVE_SECONDS,
    )
)
