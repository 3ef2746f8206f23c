"""How the command line calls the gateway: like any client, with a key."""

from typing import Any

import httpx

ANSWER_SECONDS = 60.0


class Refused(Exception):
    """The gateway answered a problem."""


def open_api(url: str, key: str) -> httpx.Client:
    """A client of the public API."""
    return httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=ANSWER_SECONDS, trust_env=False
    )


def demand(response: httpx.Response) -> Any:
    """The answer's JSON. Raises Refused with what the problem says."""
    if response.is_success:
        return response.json() if response.content else None
    raise Refused(f"{response.request.method} {response.request.url.path}: {response.status_code} {_detail(response)}")


def _detail(response: httpx.Response) -> str:
    try:
        problem = response.json()
    except ValueError:
        return response.text
    parts = [str(problem.get("detail") or problem.get("title") or response.text)]
    parts += [f"{error.get('pointer')}: {error.get('detail')}" for error in problem.get("errors") or ()]
    return "; ".join(parts)
