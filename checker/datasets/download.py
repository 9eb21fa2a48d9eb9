"""Fetch one file over HTTP, checked by its hash, with a progress callback."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from checker.datasets.errors import DataError
from checker.languages.texts import say

Progress = Callable[[int, int], None]
"""Called with the bytes that have arrived and the bytes that are expected (0 where that is not known)."""

_CHUNK = 1 << 16


def download(
    url: str,
    sha256: str | None,
    folder: Path,
    progress: Progress | None = None,
    connect_seconds: float = 5.0,
    silence_seconds: float = 30.0,
) -> Path:
    """Fetch `url` into `folder` and return the file, once its content has the hash `sha256` (if one is known).

    Raises:
        DataError: the server cannot be reached, breaks off, or sends something else.
        OSError: the folder cannot be written.
    """
    import pooch
    import requests

    known = f"sha256:{sha256}" if sha256 else None
    pooch.get_logger().setLevel(logging.WARNING)
    downloader = pooch.HTTPDownloader(
        progressbar=_Bar(progress) if progress else False,
        chunk_size=_CHUNK,
        timeout=(connect_seconds, silence_seconds),
    )
    name = url.rsplit("/", 1)[-1]
    try:
        return Path(pooch.retrieve(url, known, fname=name, path=folder, downloader=downloader))
    except requests.exceptions.HTTPError as error:
        status = error.response.status_code if error.response is not None else "an error"
        raise DataError(say("the server answered {status} for {name}", status=status, name=name)) from error
    except requests.exceptions.ConnectionError as error:
        raise DataError(say("the server cannot be reached")) from error
    except requests.exceptions.Timeout as error:
        raise DataError(say("the server does not answer")) from error
    except requests.exceptions.RequestException as error:
        raise DataError(say("the download of {name} broke off", name=name)) from error
    except ValueError as error:
        # pooch's own message for a file with another hash; it has removed the file.
        raise DataError(
            say("what arrived is not the expected {name} (its hash differs)", name=name)
        ) from error


class _Bar:
    """Passes pooch's calls to a progress bar (`total`, `update`, `reset`, `close`) on to a callback."""

    def __init__(self, progress: Progress) -> None:
        self.total = 0
        self._progress = progress
        self._done = 0

    def update(self, count: int) -> None:
        self._done += count
        # pooch resets and fills the bar once more at the end, so that it stands at 100 %.
        self._progress(min(self._done, self.total) if self.total else self._done, self.total)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        pass
