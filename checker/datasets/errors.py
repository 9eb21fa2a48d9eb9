"""What can go wrong with data, as one sentence for the user."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from checker.errors import KatasError
from checker.languages.texts import say


class DataError(KatasError):
    """A data set cannot be had; the text is one sentence with the reason and the next step."""


@contextlib.contextmanager
def disk_errors_explained(folder: Path) -> Iterator[None]:
    """Turn an `OSError` about writing below `folder` into a `DataError`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DataError(
                say(
                    "The disk is full: no room below {folder}; free some space, or set KATAS_CACHE to another folder.",
                    folder=folder,
                )
            ) from error
        raise DataError(
            say(
                "The cache {folder} cannot be written ({reason}); mend its permissions, or set KATAS_CACHE to "
                "another folder.",
                folder=folder,
                reason=error.strerror or error,
            )
        ) from error
