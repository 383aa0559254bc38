"""HTTP with one OpenCode server: JSON calls, the stream of events, and what its refusals mean.

A server answers unknown paths 200 with a web page, so every answer's type is looked at.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from repodoc_hooks.backends.opencode_failures import of_status
from repodoc_hooks.retry_handler import failure

if TYPE_CHECKING:
    import httpx

_SHORT_CALLS = 4


class Http:
    """The connections to a server, used from one event loop. `dead` once it was found gone."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url
        self.dead = False
        # Turns last long and stand in the way of what is short: each of its calls looks at all connections.
        self._long = _client(url, username, password)
        self._short = _client(url, username, password, _SHORT_CALLS)

    async def json(self, method: str, path: str, *, long: bool = False, **request: Any) -> Any:
        """One request, answered in JSON (None for an answer without a body); `long` for those that wait for a model.

        Raises:
            ModelError: it is not there, refuses, or answers with something else.
        """
        import httpx

        try:
            response = await (self._long if long else self._short).request(method, path, **request)
        except httpx.TimeoutException as error:
            raise failure("timeout", f"the OpenCode server at {self.url} does not answer") from error
        except httpx.ConnectError as error:
            self.dead = True
            raise failure("connection", f"the OpenCode server at {self.url} is not there: {error}") from error
        except (httpx.HTTPError, OSError) as error:
            self.dead = True
            kind = "lost" if long else "connection"
            raise failure(kind, f"the OpenCode server at {self.url} went away: {error}") from error
        if response.status_code == 401:
            raise failure("auth", f"the OpenCode server at {self.url} refuses the password")
        if response.status_code >= 400:
            raise of_status(response)
        if response.status_code == 204:
            return None
        if "json" not in response.headers.get("content-type", ""):
            raise failure("unavailable", f"{self.url}{path} answers with a web page; it is no OpenCode API")
        try:
            return response.json()
        except (ValueError, RecursionError):
            raise failure("garbage", f"{self.url}{path} answers with JSON that cannot be read") from None

    async def object(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """One request that is answered with a JSON object.

        Raises:
            ModelError: as `json`, or with anything else.
        """
        answer = await self.json(method, path, **request)
        if not isinstance(answer, dict):
            raise failure("garbage", f"{self.url}{path} answers with something else than an object")
        return answer

    async def events(self, path: str) -> AsyncIterator[Mapping[str, Any]]:
        """The server's events, until the stream ends; unreadable ones are left out, an empty one stands for a beat."""
        import httpx

        try:
            async with self._long.stream("GET", path) as response:
                async for line in response.aiter_lines():
                    if not line.startswith("data:"):
                        continue
                    try:
                        event = json.loads(line[5:])
                    except (ValueError, RecursionError):
                        continue
                    yield event if isinstance(event, dict) else {}
        except (httpx.HTTPError, OSError):
            return

    async def close(self) -> None:
        """Hang up."""
        await self._short.aclose()
        await self._long.aclose()


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in what should be a list of them; whatever else it is, there are none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def part(value: Any, name: str) -> dict[str, Any]:
    """The object under a name, {} for anything else."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _client(url: str, username: str, password: str, connections: int | None = None) -> httpx.AsyncClient:
    import httpx

    return httpx.AsyncClient(
        base_url=url,
        auth=(username, password) if password else None,
        timeout=httpx.Timeout(10.0, read=None, pool=None),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        trust_env=False,
        verify=url.startswith("https:"),  # no certificates to load where none are shown
    )
