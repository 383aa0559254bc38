"""Which OpenCode is it, and can we drive it: asked of a program by `--version`, of a server over HTTP.

Version 1 and 2 have one command and different servers: what one answers on the other's paths is a web page, with
status 200. Standard library only: the supervisor of a managed server asks, too.
"""

from __future__ import annotations

import base64
import http.client
import json
import urllib.parse
from typing import Any

from repodoc_hooks.backends.programs import parse_version, shown

KNOWN = "1.18 and later 1.x, 2.0.6 and later 2.x"
_FLOORS = {1: (1, 18), 2: (2, 0, 6)}


class Strange(Exception):
    """Not a server that we can drive; `kind` is that of `retry_handler.KINDS`."""

    def __init__(self, what: str, kind: str = "unavailable") -> None:
        super().__init__(what)
        self.kind = kind


def version_problem(version: tuple[int, ...]) -> str:
    """Why a version cannot be driven, and what to do; "" for one that can."""
    if not _is_out_of_range(version):
        return ""
    return f"OpenCode {shown(version)} is not known to repodoc ({KNOWN}); {REMEDY}"


REMEDY = "install one of those (npm install -g opencode-ai@1), or name it in opencode.command"


def _is_out_of_range(version: tuple[int, ...]) -> bool:
    floor = _FLOORS.get(version[0])
    return floor is None or version < floor


def greet(url: str, username: str, password: str, timeout: float) -> tuple[int, ...]:
    """The version of the server at a URL.

    Raises:
        Strange: it is not there, refuses the password, or is none that we can drive.
    """
    status, info = _get(url, "/api/info", username, password, timeout)
    if status == 401:
        raise Strange("refuses the password", "auth")
    if not isinstance(info, dict) or not info.get("version"):
        _, info = _get(url, "/global/health", username, password, timeout)
    version = parse_version(str(info.get("version", ""))) if isinstance(info, dict) else None
    if version is None:
        raise Strange(f"answers with a web page; it is no OpenCode API that repodoc knows ({KNOWN})")
    if _is_out_of_range(version):
        raise Strange(f"is OpenCode {shown(version)}, which repodoc does not know ({KNOWN})")
    return version


def _get(url: str, path: str, username: str, password: str, timeout: float) -> tuple[int, Any]:
    """Status and JSON of an answer, None for anything else.

    Raises:
        Strange: nobody answers.
    """
    address = urllib.parse.urlsplit(url)
    make = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = make(str(address.hostname), address.port, timeout=min(5.0, max(0.05, timeout)))
    headers = {}
    if password:
        token = base64.b64encode(f"{username}:{password}".encode()).decode()
        headers["authorization"] = f"Basic {token}"
    try:
        connection.request("GET", address.path.rstrip("/") + path, headers=headers)
        response = connection.getresponse()
        body = response.read(1_000_000)
        if response.status != 200 or "json" not in response.getheader("content-type", ""):
            return response.status, None
        return response.status, json.loads(body)
    except (OSError, http.client.HTTPException) as error:
        raise Strange(f"is not there: {error}", "connection") from None
    except (ValueError, RecursionError):
        return 200, None
    finally:
        connection.close()
