"""`katas certificate` and `katas verify-certificate`: a finished path as a page, and whether such a page is true."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from checker.cli.choices import PLACE, katas_option, load_katas, workspace_here
from checker.languages.translation import _, current
from checker.verdict import Outcome


@click.command()
@click.option("--name", required=True, help="Your name, as it is to stand there.")
@click.option("--out", metavar="FILE", type=PLACE, default=Path("certificate.html"), show_default=True)
@katas_option
def certificate(name: str, out: Path, folders: tuple[Path, ...]) -> int:
    """A page for a finished path, which encloses your solutions so that anybody can verify it."""
    from checker.whole_files import whole_file
    from checker.workspace.certificate import CertificateError, as_page, certify

    katas = load_katas(folders)
    made = certify(workspace_here(), katas, name)
    page = as_page(made, {kata.name: f"{kata.number} {kata.title}" for kata in katas})
    try:
        with whole_file(out) as file:
            file.write(page.encode())
    except OSError as error:
        raise CertificateError(
            _(
                "{out} cannot be written ({reason}). Name another place: --out FILE",
                out=out,
                reason=error.strerror or error,
            )
        ) from None
    click.echo(
        f"{out.resolve()}\n"
        + _("Anybody can verify it: {command}", command=f"katas verify-certificate {out.name}")
    )
    return 0


@click.command("verify-certificate")
@click.argument("file", metavar="FILE", type=PLACE)
@click.option("--sandbox", type=click.Choice(["strict", "any"]), default="strict", show_default=True)
@katas_option
def verify_certificate(file: Path, sandbox: str, folders: tuple[Path, ...]) -> int:
    """Judge the solutions that a certificate encloses once more.

    Exit code: 0 all pass, 1 one does not, 3 one was left open, 2 the file is no certificate.
    """
    from checker.judging.session import JudgeOptions, judge
    from checker.report.live import live_line
    from checker.report.sentences import OUTCOMES
    from checker.workspace.certificate import CertificateError, from_page

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CertificateError(_("{file} cannot be read: {error}", file=file, error=reason)) from None
    made = from_page(text)
    katas = {kata.name: kata for kata in load_katas(folders)}
    missing = [name for name in katas if name not in {one.kata for one in made.katas}]
    outcomes = []
    for one in made.katas:
        kata = katas.get(one.kata)
        if kata is None:
            raise CertificateError(
                _("This version knows no kata {kata}, which the certificate is about.", kata=one.kata)
            )
        with live_line(sys.stderr, kata) as on_event:
            record = judge(kata, one.submission, JudgeOptions(sandbox=sandbox), on_event)
        outcomes.append(record.outcome)
        note = "" if one.suite_sha256 == record.suite_sha256 else " " + _("(its suite has changed since)")
        outcome = _(OUTCOMES[record.outcome])
        click.echo(f"{kata.number} {kata.titled(current())}: {outcome}{note}")
    if missing:
        click.echo(_("The certificate says nothing of {katas}.", katas=", ".join(missing)))
    if all(outcome is Outcome.PASSED for outcome in outcomes) and not missing:
        click.echo(_("The certificate is true: every solution passes."))
        return 0
    is_open = all(
        outcome in (Outcome.PASSED, Outcome.INCONCLUSIVE, Outcome.JUDGE_ERROR) for outcome in outcomes
    )
    return 3 if is_open and not missing else 1
