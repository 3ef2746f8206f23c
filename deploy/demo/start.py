"""Whether the demo organisation is loaded at a start, and how that is told."""

import asyncio

import httpx

from deploy.console import Console, reachable
from deploy.data_directory import DataDirectory
from deploy.demo.calls import DemoRefused
from deploy.demo.loader import Loader
from shared.settings import Settings

ANSWER_SECONDS = 60.0


async def load_demo_if_wanted(settings: Settings, directory: DataDirectory, console: Console, key: str | None) -> None:
    """Load it when `UPSKILL_DEMO` asks for it and the installation is empty, or when an earlier load was cut off."""
    if not settings.demo:
        return
    under_way = directory.demo_is_under_way()
    if key is None:
        if under_way:
            console.note("The demo organisation is not complete: set UPSKILL_ADMIN_KEY and start again to finish it.")
        return
    async with open_client(f"http://{reachable(settings.host)}:{settings.port}", key) as http:
        loader = Loader(http)
        try:
            if under_way or await loader.is_empty():
                directory.demo_begins()
                await load_demo(loader, console)
                directory.demo_is_done()
        except (DemoRefused, httpx.HTTPError) as error:
            console.note(f"The demo organisation is not complete: {error}")
        except asyncio.CancelledError:
            console.note("The demo organisation is not complete; the next start goes on with it.")
            raise


async def load_demo(loader: Loader, console: Console) -> None:
    """Load the demo organisation and say how it goes. Raises DemoRefused."""
    console.note("Loading the demo organisation, Fern & Field")
    with console.counting() as advance:
        await loader.load(advance)
    console.note("The demo organisation is loaded.")


def open_client(base_url: str, key: str) -> httpx.AsyncClient:
    """A client of the public API, as any integrator has."""
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(base_url=base_url, headers=headers, timeout=ANSWER_SECONDS, trust_env=False)
