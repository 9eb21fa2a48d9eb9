"""Kata 04 asks only for counts on which exact arithmetic and floats agree, by every way of counting that is kept.

The ways are those of the accepted specimens: fractions, float recursion, layer by layer, a walk from switch to switch,
sorted candidates, lists and loops. A grid of points does not pass. `python tests/test_relu_counting.py 200` tries as many
seeds as one likes; here they are few.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
SUITE = ROOT / "katas" / "04_relu_reasoning" / "acceptance"
ACCEPTED = sorted((ROOT / "tests" / "specimens" / "04_relu_reasoning" / "accepted").glob("*.py"))
# One of each kind; the others are variations of these.
FAMILIES = ("fractions_exact", "recursive_typed", "walk", "candidates_by_slope", "standard", "from_the_stub")
# Among them those at which counts disagreed once, where two units cross at one place.
SEEDS = (101, 119, 1537503122)


def load(path: Path) -> ModuleType:
    """The module at `path`, without what it prints."""
    spec = importlib.util.spec_from_file_location(f"counting_{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spec.loader.exec_module(module)
    return module


class Suite:
    """What the suite asks about counting, and its exact arithmetic."""

    def __init__(self) -> None:
        self.exact, self.questions = load(SUITE / "conftest.py"), load(SUITE / "questions.py")

    def core(self, seed: int) -> list[Any]:
        """All that the core asks but for the time, as this seed draws it."""
        return list(self.questions.core_questions(self.exact, np.random.default_rng(seed)))


@pytest.fixture(scope="module")
def suite(request: pytest.FixtureRequest) -> Suite:
    request.config.addinivalue_line("markers", "star(name): belongs to a star of the kata")
    return Suite()


def counted(count_pieces: Callable[..., Any], question: Any) -> float:
    """What one way counts; it is given copies, as a worker would."""
    layers = [(w.copy(), b.copy()) for w, b in question.layers]
    with contextlib.redirect_stdout(io.StringIO()):
        return float(count_pieces(layers, question.start.copy(), question.end.copy()))


def on_a_grid(points: int) -> Callable[..., int]:
    """Counts the places where the output bends between neighbouring points, each run of them as half as many bends."""

    def count(layers: Any, start: np.ndarray, end: np.ndarray) -> int:
        h = start + np.linspace(0, 1, points)[:, None] * (end - start)
        for w, b in layers[:-1]:
            h = np.maximum(h @ w + b, 0)
        slopes = np.diff(h @ layers[-1][0] + layers[-1][1], axis=0)
        bends = (np.abs(np.diff(slopes, axis=0)) > 1e-6 * np.abs(slopes).max()).any(axis=1)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], bends.astype(int), [0]])))
        return 1 + sum(-(-int(high - low) // 2) for low, high in edges.reshape(-1, 2))

    return count


@pytest.mark.parametrize("seed", SEEDS)
def test_every_way_of_counting_agrees(suite: Suite, seed: int) -> None:
    ways = {name: load(ACCEPTED[0].with_name(f"{name}.py")).count_pieces for name in FAMILIES}
    for question in suite.core(seed):
        found = {name: counted(way, question) for name, way in ways.items()}
        assert set(found.values()) == {question.pieces}, question.about


def test_a_grid_of_points_does_not_pass(suite: Suite) -> None:
    rng = np.random.default_rng(0)
    narrow = list(suite.questions.narrow_questions(suite.exact, rng))
    assert all(counted(on_a_grid(100_001), question) != question.pieces for question in narrow)
    line = suite.questions.very_narrow_pieces(rng)
    pieces = suite.exact.count_slopes(suite.exact.along(*line).final)
    assert counted(on_a_grid(1_000_001), suite.questions.Question(*line, pieces, "")) != pieces


def main(seeds: int) -> None:
    """Print, for every accepted specimen and a grid, in how many seeds some question is counted wrongly."""
    suite = Suite()
    ways = {path.stem: load(path).count_pieces for path in ACCEPTED}
    wrong: dict[str, set[int]] = {name: set() for name in [*ways, "grid"]}
    asked = 0
    for seed in range(seeds):
        for question in suite.core(seed):
            asked += 1
            for name, way in ways.items():
                if counted(way, question) != question.pieces:
                    wrong[name].add(seed)
            if "narrow" in question.about and counted(on_a_grid(100_001), question) != question.pieces:
                wrong["grid"].add(seed)
    print(f"{seeds} seeds, {asked} networks")
    for name, missed in wrong.items():
        print(f"{name:24} wrong in {len(missed)} seeds {sorted(missed)[:5]}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
