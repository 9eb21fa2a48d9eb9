"""A form becomes a submission: one file, one notebook, or pasted code."""

from __future__ import annotations

import threading
import unicodedata

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from checker.catalog import Kata
from checker.judging.snapshot import NOTEBOOK, Snapshot, received_submission
from checker.notebook.reading import MAX_FILE_BYTES
from checker.workspace.workspace import SOLUTION

LONGEST_NAME = 80
# One that is read takes several times its size in memory.
_reads_notebook = threading.BoundedSemaphore(2)


class NotTaken(HTTPException):
    """The form holds nothing that can be judged; `key` and `values` are the text for it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(422)
        self.key, self.values = key, values


async def content_of(form: FormData) -> tuple[str, bytes]:
    """The name and the bytes of what the form brings.

    Raises:
        NotTaken: it brings nothing.
    """
    file = form.get("file")
    if isinstance(file, UploadFile) and (file.filename or file.size):
        return plain_name(file.filename or SOLUTION), await file.read(MAX_FILE_BYTES + 1)
    code = form.get("code")
    if isinstance(code, str) and code.strip():
        # Browsers send the ends of lines as Windows has them.
        return SOLUTION, code.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
    raise NotTaken("upload_empty")


def snapshot_of(name: str, content: bytes, kata: Kata) -> Snapshot:
    """What is judged of it.

    Raises:
        NotTaken: the name is neither of a Python file nor of a notebook, or nothing is in it.
        SubmissionProblem: it cannot be judged.
    """
    if not content.strip():
        raise NotTaken("upload_empty")
    if name.lower().endswith(NOTEBOOK):
        with _reads_notebook:
            return received_submission(name, content, kata)
    if not name.lower().endswith((".py", ".txt")):
        raise NotTaken("upload_name", name=name)
    return received_submission(name, content, kata)


def plain_name(name: str) -> str:
    """A name that a browser sent: without folders, and of characters that can be seen."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c)[0] in "LMNPSZ" and c not in '<>"').strip(". ")
    kept = unicodedata.normalize("NFC", kept)
    stem, dot, suffix = kept.rpartition(".")
    return (
        f"{stem[:LONGEST_NAME]}{dot}{suffix[:10]}" if stem else SOLUTION if not kept else kept[:LONGEST_NAME]
    )
