"""Talking to a contest's server from a workspace: the address and the code that are kept, and a few requests."""

from __future__ import annotations

import base64
import http.client
import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from checker.contest.errors import ContestError
from checker.judging.snapshot import Snapshot
from checker.whole_files import whole_file

FILE = "contest.json"
SECONDS = 30.0
MOST_BYTES = 20_000_000


class NoAnswer(ContestError):
    """The server could not be reached, or is too busy: another try may help."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The code is for the server that was named, and for no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True)
class Server:
    """A contest's server and the team's code."""

    address: str
    code: str

    def contest(self) -> dict[str, Any]:
        """Its title, the team's name, and the katas with their states.

        Raises:
            ContestError: the server refuses or cannot be reached.
        """
        return self._asked("GET", "/api/contest")

    def submit(self, number: str, snapshot: Snapshot) -> int:
        """Hand in; the number of the submission, which is then kept on the server.

        Raises:
            ContestError: it is refused.
            NoAnswer: no answer came, so that it is not known whether it was accepted.
        """
        files = [
            {"name": one.name, "source": base64.b64encode(one.source).decode()} for one in snapshot.files
        ]
        handed = {
            "kata": number,
            "submission": {"entry": files[0], "modules": files[1:], "left_out": list(snapshot.left_out)},
        }
        return int(self._asked("POST", "/api/submissions", handed)["id"])

    def state(self, submission: int) -> dict[str, Any]:
        """How far a submission is.

        Raises:
            ContestError: as above.
        """
        return self._asked("GET", f"/api/submissions/{submission}")

    def record(self, submission: int) -> str:
        """The record of a submission that is judged, as JSON.

        Raises:
            ContestError: as above.
        """
        return json.dumps(self._asked("GET", f"/api/submissions/{submission}/record"))

    def _asked(self, method: str, place: str, body: object = None) -> dict[str, Any]:
        request = urllib.request.Request(
            self.address + place,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.code}", "Content-Type": "application/json"},
        )
        try:
            with _opener.open(request, timeout=SECONDS) as answer:
                content = answer.read(MOST_BYTES)
        except urllib.error.HTTPError as error:
            raise _refused(error, self.address) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise NoAnswer(
                f"The contest's server {self.address} does not answer ({getattr(reason, 'strerror', None) or reason})."
            ) from None
        try:
            found = json.loads(content)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ContestError(
                f"{self.address} is no contest's server of this version: its answer is not understood. Compare the address "
                "with your team's sheet."
            )
        return found


def server_at(address: str, code: str) -> Server:
    """The server at an address as people type it.

    Raises:
        ContestError: it is none, or the code cannot be one.
    """
    given = address.strip()
    full = given if "://" in given else f"http://{given}"
    try:
        parts = urlsplit(full)
        is_usable = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        is_usable = False
    if not is_usable or not full.isascii() or not full.isprintable() or " " in full:
        raise ContestError(f"{given!r} is no address of a server. It looks like http://192.168.0.10:8000")
    code = "".join(code.split())
    if not code or not code.isascii() or not code.isprintable():
        raise ContestError(
            "The team's code is missing or has strange letters in it. Copy it from your team's sheet."
        )
    return Server(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", code)


def remembered(marked: Path) -> Server:
    """The server that was named for a workspace; `marked` is its hidden folder.

    Raises:
        ContestError: none was named yet, or the file cannot be read.
    """
    file = marked / FILE
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return server_at(str(found["address"]), str(found["code"]))
    except FileNotFoundError:
        raise ContestError(
            "No contest is known in this workspace yet. Name it once: katas submit --to ADDRESS --code CODE"
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise ContestError(
            f"{file} cannot be read. Name the contest once more: katas submit --to ADDRESS --code CODE"
        ) from None


def remember(marked: Path, server: Server) -> None:
    """Keep server and code for a workspace, in a file that nobody else can read.

    Raises:
        ContestError: it cannot be written.
    """
    file = marked / FILE
    try:
        with whole_file(file, mode=0o600 if os.name == "posix" else None) as out:
            out.write(json.dumps({"address": server.address, "code": server.code}).encode())
    except OSError as error:
        raise ContestError(f"{file} cannot be written ({error.strerror or error}).") from None


def _refused(error: urllib.error.HTTPError, address: str) -> ContestError:
    """What the server said, as an error."""
    with error:
        try:
            said = json.loads(error.read(100_000))["error"]
        except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
            said = None
    if 300 <= error.code < 400:
        return ContestError(
            f"{address} sends on to {error.headers.get('Location', 'elsewhere')}. Name that address: --to"
        )
    text = said if isinstance(said, str) else f"{address} answers with error {error.code}."
    return NoAnswer(text) if error.code in (429, 502, 503, 504) else ContestError(text)
