"""A certificate of a finished path: a page that can be verified, since it encloses the solutions.

What it says of runs can be made up by anybody who writes a page like it. What cannot is that the enclosed solutions pass: to
verify a certificate is to judge them again.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from checker.catalog import Kata
from checker.errors import KatasError
from checker.judging.snapshot import Snapshot, SubmissionProblem, read_submission
from checker.languages.texts import plain_english, say
from checker.languages.translation import current
from checker.record_format import to_json
from checker.report.pages import rendered
from checker.verdict import Outcome, Record
from checker.workspace.ledger import Ledger
from checker.workspace.typed import typed
from checker.workspace.workspace import Workspace

FORMAT = 1
_ENCLOSED = re.compile(r'<pre id="certificate"[^>]*>([A-Za-z0-9+/=\s]+)</pre>')


class CertificateError(KatasError):
    """There is no certificate yet, or a file is none; the text says why."""


@dataclass(frozen=True)
class PassedKata:
    """One kata as it was passed: the solution, and the hash of the record of that run."""

    kata: str
    started: str
    submission: Snapshot
    submission_sha256: str
    suite_sha256: str
    record_sha256: str
    stars: dict[str, str]


@dataclass(frozen=True)
class Certificate:
    """Who finished the path, when, and with which solutions. `name` is whatever the learner calls himself."""

    format: int
    name: str
    made: str
    katas: tuple[PassedKata, ...]


def certify(workspace: Workspace, katas: Sequence[Kata], name: str) -> Certificate:
    """The certificate of a workspace.

    Raises:
        CertificateError: a kata is not passed, or the version that passed is no longer in its folder.
        LedgerError: the ledger cannot be read.
    """
    return Certificate(
        FORMAT,
        name,
        datetime.now(UTC).isoformat(timespec="seconds"),
        tuple(_passed(workspace, kata) for kata in katas),
    )


def _passed(workspace: Workspace, kata: Kata) -> PassedKata:
    entries = Ledger(workspace.ledger_file).entries(kata.name)
    passes = [one.record for one in entries if one.counts and one.outcome is Outcome.PASSED]
    if not passes:
        raise CertificateError(
            say(
                "Kata {number} ({title}) is not passed yet. A certificate is for the whole path: {command}",
                number=kata.number,
                title=kata.titled(current()),
                command=typed("check", kata.number),
            )
        )
    try:
        submission = read_submission(workspace.solution(kata), kata)
    except SubmissionProblem as problem:
        raise CertificateError(
            say(
                "The solution of kata {number} cannot be read. {problem}", number=kata.number, problem=problem
            )
        ) from None
    mine = [record for record in passes if record.submission_sha256 == submission.sha256]
    if not mine:
        raise CertificateError(
            say(
                "The solution of kata {number} is another one than that which passed. Have it judged: {command}",
                number=kata.number,
                command=typed("check", kata.number),
            )
        )
    best = max(mine, key=_stars_won)
    return PassedKata(
        kata.name,
        best.started,
        submission,
        submission.sha256,
        best.suite_sha256,
        hashlib.sha256(to_json(best).encode()).hexdigest(),
        best.stars,
    )


def _stars_won(record: Record) -> int:
    return sum(state == "won" for state in record.stars.values())


def as_page(certificate: Certificate, titles: Mapping[str, str]) -> str:
    """The certificate as an HTML page that encloses itself as data; `titles` are the katas' by name."""
    rows = [
        {
            "title": titles.get(one.kata, one.kata),
            "passed": one.started[:10],
            "stars": "★" * sum(state == "won" for state in one.stars.values()),
            "record": one.record_sha256[:16],
        }
        for one in certificate.katas
    ]
    enclosed = base64.encodebytes(msgspec.json.encode(certificate, enc_hook=plain_english)).decode()
    return rendered(
        "certificate.html.j2",
        name=certificate.name,
        made=certificate.made[:10],
        rows=rows,
        enclosed=enclosed,
    )


def from_page(text: str) -> Certificate:
    """The certificate that a page encloses.

    Raises:
        CertificateError: it encloses none, or one that was damaged.
    """
    found = _ENCLOSED.search(text)
    if found is None:
        raise CertificateError(say("This file is no certificate of Deep Learning Katas."))
    try:
        certificate = msgspec.json.decode(base64.b64decode(found[1]), type=Certificate)
    except (ValueError, msgspec.MsgspecError) as error:
        raise CertificateError(say("The certificate in this file is damaged: {error}", error=error)) from None
    for one in certificate.katas:
        if one.submission.sha256 != one.submission_sha256:
            raise CertificateError(
                say("The solution of {kata} in this file is not the one that it names.", kata=one.kata)
            )
    return certificate
