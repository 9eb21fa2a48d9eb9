"""Where a kata's data may come from: the names that `kata.toml` takes, and what is special about each.

A kata whose suite makes its own data says "generated", or leaves it out. Nothing is imported here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One kind of data.

    `module` reads it ("" where the suite makes it). `choices` are the names that `--data` takes beside a folder, the
    first one being the same on every machine; none where there is no choice. `is_served` says that it is a game, which
    runs in the judge and is served to the worker step by step.
    """

    module: str = ""
    choices: tuple[str, ...] = ()
    is_served: bool = False

    @property
    def repeatable_choice(self) -> str | None:
        """What to judge with where results must not depend on the network; None where there is no choice."""
        return self.choices[0] if self.choices else None


SOURCES: dict[str, Source] = {
    "generated": Source(),
    "none": Source(),
    "mnist": Source("checker.datasets.mnist"),
    "cats_dogs": Source("checker.datasets.cats_dogs", choices=("drawn", "photos", "full")),
    "cartpole": Source("checker.games.cartpole", is_served=True),
}
