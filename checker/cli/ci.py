"""`katas ci`: ready files for services that grade by themselves."""

from __future__ import annotations

import zipfile
from pathlib import Path

import click

from checker.cli.choices import PLACE, katas_option, load_katas, one_kata
from checker.grading.exports import ExportError
from checker.whole_files import write_new

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "ci"
PACKAGE = "deep-learning-katas"
# Where each template goes, and whether it is a program.
FILES = {
    "github": (("github.yml", ".github/workflows/katas.yml"), ("changed.sh", ".github/katas.sh")),
    "gitlab": (("gitlab.yml", ".gitlab-ci.yml"), ("changed.sh", ".katas-ci.sh")),
    "classroom50": (("classroom50.sh", "grade.sh"),),
}
GRADESCOPE = (("gradescope_setup.sh", "setup.sh"), ("gradescope_run.sh", "run_autograder"))
NEXT = {
    "github": "Commit both files: each push judges the katas that it changed.",
    "gitlab": "Commit both files: each push judges the katas that it changed.",
    "classroom50": "Name grade.sh as the assignment's grader; the runner needs: pip install {package}",
    "gradescope": "Upload it as the assignment's autograder, and choose at least 4 GB of memory and 2 CPUs there.",
}


@click.command()
@click.argument("service", type=click.Choice([*FILES, "gradescope"]))
@click.argument("folder", metavar="[DIR]", type=PLACE, default=Path())
@click.option("--kata", "number", metavar="NN", help="gradescope, classroom50: the kata of the assignment.")
@click.option("--package", default=PACKAGE, show_default=True, help="What pip installs there.")
@katas_option
def ci(service: str, folder: Path, number: str | None, package: str, folders: tuple[Path, ...]) -> int:
    """Write what a service needs to judge by itself. No file is overwritten."""
    katas = load_katas(folders)
    if service in ("gradescope", "classroom50") and number is None:
        raise click.UsageError(f"{service} grades one kata an assignment: --kata NN.")
    kata = one_kata(katas, number) if number else katas[0]
    values = {"@PACKAGE@": package, "@NUMBER@": kata.number}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if service == "gradescope":
            target = folder / f"gradescope_{kata.number}.zip"
            _zip(target, values)
            written = [target]
        else:
            written = [_write(folder / place, TEMPLATES / name, values) for name, place in FILES[service]]
    except OSError as error:
        raise ExportError(f"{folder} cannot be written: {error.strerror or error}.") from None
    for path in written:
        click.echo(path)
    click.echo(NEXT[service].format(package=package))
    return 0


def _filled(template: Path, values: dict[str, str]) -> bytes:
    text = template.read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(key, value)
    return text.encode()


def _write(path: Path, template: Path, values: dict[str, str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not write_new(path, _filled(template, values)):
        raise ExportError(f"{path} is there already and is not overwritten. Move it, or name another folder.")
    if path.suffix == ".sh":
        path.chmod(path.stat().st_mode | 0o111)
    return path


def _zip(target: Path, values: dict[str, str]) -> None:
    """The files at the archive's root, as Gradescope wants them, and as programs."""
    if target.exists():
        raise ExportError(
            f"{target} is there already and is not overwritten. Move it, or name another folder."
        )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, place in GRADESCOPE:
            entry = zipfile.ZipInfo(place)
            entry.external_attr = 0o755 << 16
            made.writestr(entry, _filled(TEMPLATES / name, values))
