"""`upskill keys`: API clients and their keys, by the public API."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.api import demand, open_api
from deploy.console import Console
from shared.identity.keys import load_keyring

keys = typer.Typer(no_args_is_help=True, help="API clients and their keys.")
console = Console()

BaseUrl = Annotated[str, typer.Option("--url", envvar="UPSKILL_URL", help="Address of the gateway.")]
Key = Annotated[
    str,
    typer.Option("--key", envvar=["UPSKILL_API_KEY", "UPSKILL_ADMIN_KEY"], help="An administrator's API key."),
]
HERE = "http://127.0.0.1:8000"


@keys.command("file")
def make_file(path: Annotated[Path, typer.Argument(help="Where to put it; what is there stays.")]) -> None:
    """Make the file of the suite's private keys (UPSKILL_KEYS_FILE), readable by you alone."""
    load_keyring(path)
    console.note(f"The suite's private keys are in {path}: every part needs this same file.")


@keys.command("list")
def list_clients(key: Key, url: BaseUrl = HERE) -> None:
    """List the clients and what each may do."""
    with open_api(url, key) as http:
        for client in demand(http.get("/v1/clients?limit=200"))["data"]:
            console.note(f"{client['id']}  {client['title']}  {' '.join(client['scopes'])}")


@keys.command()
def create(
    title: Annotated[str, typer.Argument(help="Who will call, for example 'HR system'.")],
    scope: Annotated[list[str], typer.Option(help="What it may do, for example people:write; repeat for more.")],
    key: Key,
    url: BaseUrl = HERE,
) -> None:
    """Make a client; its key is shown this once."""
    with open_api(url, key) as http:
        client = demand(http.post("/v1/clients", json={"title": title, "scopes": scope}))
    console.note(f"Client  {client['id']}")
    console.note(f"Key     {client['key']}  (shown this once)")
