"""`katas new`: write a kata of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from checker.cli.choices import load_katas


@click.command()
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("katas"),
    show_default=True,
    help="The folder of katas in which it is made.",
)
def new(name: str, folder: Path) -> int:
    """Write a kata of your own that runs at once: lesson, stub, suite, reference and all."""
    from checker.verification.new_kata import write_kata
    from checker.workspace.typed import from_here

    made = write_kata(name, folder, load_katas(()))
    here = from_here(made)
    parent = from_here(made.parent)
    quoted = f'"{parent}"' if " " in parent else parent
    click.echo(f"The kata {here} is ready: a small one about the nearest neighbour. Make it yours.")
    click.echo(f"  katas check {made.name[:2]} --katas {quoted} --submission {Path(here) / 'reference.py'}")
    click.echo(f"  katas verify {made.name[:2]} --katas {quoted}")
    return 0
