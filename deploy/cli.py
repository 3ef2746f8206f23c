"""The command line. `upskill --help` tells what there is; settings are read from the environment."""

import asyncio
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
import typer

from deploy.api import Refused, open_api
from deploy.composition import embedded_suite
from deploy.console import Console
from deploy.data_directory import DataDirectory
from deploy.databases import prepare_databases
from deploy.demo.calls import DemoRefused
from deploy.demo.loader import Loader
from deploy.demo.start import load_demo, open_client
from deploy.embedded import run_embedded
from deploy.imports import import_files
from deploy.keys import keys
from deploy.processes import run_processes
from deploy.tour.narrator import tell
from deploy.tour.walk import UnexpectedAnswer
from shared.identity.keys import Keyring
from shared.observability.logging import configure_logging
from shared.settings import ConfigurationError, load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Upskill: which skills, who has them, what next.")
app.add_typer(keys, name="keys")
console = Console()

BaseUrl = Annotated[str, typer.Option("--url", envvar="UPSKILL_URL", help="Address of the gateway.")]
Key = Annotated[
    str, typer.Option("--key", envvar=["UPSKILL_API_KEY", "UPSKILL_ADMIN_KEY"], help="API key to call it with.")
]
HERE = "http://127.0.0.1:8000"


@app.command()
def up(
    processes: Annotated[
        bool, typer.Option("--processes", help="Gateway and services as processes of their own.")
    ] = False,
) -> None:
    """Migrate and serve, until it is stopped."""
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    (run_processes if processes else run_embedded)(settings, console)


@app.command()
def migrate() -> None:
    """Bring the databases up to date and do nothing else."""
    settings = load_settings()
    if settings.database_url is None:
        DataDirectory(settings.data_dir).lock()
    with console.migrating() as progress:
        prepare_databases(settings, progress)
    console.note("The databases are up to date.")


@app.command()
def demo(key: Key, url: BaseUrl = HERE) -> None:
    """Load the demo organisation into a running suite. What is there already stays as it is."""
    asyncio.run(_load_demo(url, key))


async def _load_demo(url: str, key: str) -> None:
    async with open_client(url, key) as http:
        await load_demo(Loader(http), console)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Published files.")],
    key: Key,
    format: Annotated[str, typer.Option(help="esco, roles_csv, people_csv, …")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would change, and change nothing.")] = False,
    option: Annotated[list[str] | None, typer.Option(help="Another field of the import, name=value.")] = None,
    url: BaseUrl = HERE,
) -> None:
    """Import files as they were published, and show how it goes, row errors included."""
    fields = dict(pair.split("=", 1) for pair in option or ())
    with open_api(url, key) as http:
        complete = import_files(http, console, files, format=format, dry_run=dry_run, fields=fields)
    if not complete:
        raise typer.Exit(1)


@app.command()
def openapi(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; else standard output.")] = None,
) -> None:
    """Write the merged OpenAPI document, without a running suite."""
    configure_logging("error")
    document = json.dumps(_merged_document(), indent=2, ensure_ascii=False)
    if output is None:
        sys.stdout.write(f"{document}\n")
    else:
        output.write_text(f"{document}\n", encoding="utf-8")


def _merged_document() -> object:
    with TemporaryDirectory() as folder:
        gateway = embedded_suite(load_settings(database_url=None, data_dir=folder), Keyring.generate())
        asyncio.run(gateway.catalogue.renew())
        return json.loads(gateway.catalogue.body)


@app.command()
def tour(
    key: Key,
    calls: Annotated[bool, typer.Option("--calls", help="Show the HTTP calls too.")] = False,
    url: BaseUrl = HERE,
) -> None:
    """Walk the loop against a running suite, and tell each step with its numbers."""
    with open_api(url, key) as http:
        tell(http, console, calls=calls)


def main() -> None:
    """Run the command line; what a person can mend ends in one clear line."""
    try:
        app()
    except (ConfigurationError, DemoRefused, Refused, UnexpectedAnswer) as problem:
        sys.stderr.write(f"upskill: {problem}\n")
        sys.exit(2)
    except httpx.TransportError as problem:
        sys.stderr.write(f"upskill: the gateway does not answer ({problem}); is it running?\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
