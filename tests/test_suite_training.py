"""What a history and weights tell, and answers that depend on their company (`checker.suite`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from checker.suite import beside, depends_on_company
from checker.suite import training as told

RNG = np.random.default_rng(5)
KERNELS = [RNG.normal(size=(20, 8)), np.zeros(8), RNG.normal(size=(8, 4)), np.zeros(4)]


def id_of(found: Any) -> str:
    return found.id if found else ""


@pytest.mark.parametrize(
    ("history", "losses"),
    [
        ({"loss": [3, 2.5]}, [3.0, 2.5]),
        ({"train loss": [1.0], "val_loss": [2.0]}, [1.0]),
        ({"loss of a": [1.0], "loss of b": [2.0]}, []),
        ({"loss": ["a", None]}, []),
        ({"accuracy": [0.5]}, []),
        (None, []),
        ([1.0, 2.0], []),
    ],
)
def test_the_losses_of_whatever_train_returned(history: Any, losses: list[float]) -> None:
    assert told.losses_of(history) == losses


@pytest.mark.parametrize(
    ("losses", "cause"),
    [
        ([0.5, 0.3, float("nan")], "nan_after_falling"),
        ([0.5, 40.0, float("inf")], "loss_became_nan"),
        ([float("nan")] * 3, "loss_became_nan"),
        ([0.5, 0.4], ""),
    ],
)
def test_a_loss_without_a_value(losses: list[float], cause: str) -> None:
    assert id_of(told.became_nan({"loss": losses})) == cause


def test_curves_that_fall_rise_or_lie() -> None:
    falls, rises, lies = {"loss": [0.9, 0.6, 0.4]}, {"loss": [0.9, 0.3, 0.7]}, {"loss": [0.7, 0.698, 0.699]}
    assert [id_of(told.still_falls(h)) for h in (falls, rises, lies)] == ["too_few_epochs", "", ""]
    assert [id_of(told.has_risen(h)) for h in (falls, rises, lies)] == ["", "loss_rises", ""]
    assert [id_of(told.is_flat(h)) for h in (falls, rises, lies)] == ["", "", "loss_flat"]
    assert "33%" in told.still_falls(falls).text  # type: ignore[union-attr]


def test_kernels_that_stand_still_are_named_by_place_and_shape() -> None:
    after = [KERNELS[0], KERNELS[1] + 1, KERNELS[2] * 1.5, KERNELS[3]]
    kernels = told.moved(KERNELS, after)
    assert [k.share for k in kernels] == [0.0, pytest.approx(0.5)]
    found = told.standing_still(kernels, "the network")
    assert found is not None and "kernel 1 of 2 (20, 8)" in found.text and "1 of the 2" in found.text
    assert id_of(told.standing_still(kernels, "the network", are_frozen=True)) == "frozen_layers"
    assert told.standing_still(kernels[1:], "the network") is None


def test_weights_that_do_not_fit_together_tell_nothing() -> None:
    assert told.moved(KERNELS, KERNELS[:2]) == [] and told.moved([], []) == []
    assert told.small_steps([], KERNELS, True, "1 s", "") is None
    assert told.shrunk(KERNELS[:2], KERNELS, "network") is None


def test_small_steps_few_or_many() -> None:
    even = [k + 0.01 * np.sign(RNG.normal(size=k.shape)) for k in KERNELS]
    uneven = [k.copy() for k in KERNELS]
    uneven[2][0, 0] += 0.01
    uneven[0] += 1e-5
    far = [k + 0.5 for k in KERNELS]
    ids = [
        id_of(told.small_steps(KERNELS, after, is_brief, "3 of 60 s", "Adam: 0.001."))
        for after, is_brief in ((even, True), (even, False), (uneven, False), (far, True), (KERNELS, True))
    ]
    assert ids == ["too_few_steps", "hardly_moved", "rate_too_small", "", ""]
    assert "10 of Adam's steps" in told.small_steps(KERNELS, even, False, "", "").text  # type: ignore[union-attr]


def test_weights_that_grew_or_shrank_beyond_reason() -> None:
    assert (
        id_of(told.overgrown(told.moved(KERNELS, [k * 30 for k in KERNELS]), "network")) == "rate_too_large"
    )
    assert told.overgrown(told.moved(KERNELS, [k * 3 for k in KERNELS]), "network") is None
    assert id_of(told.exploded([k * 1e3 for k in KERNELS])) == "exploded_weights"
    assert told.exploded(KERNELS) is None
    assert id_of(told.shrunk(KERNELS, [k * 0.01 for k in KERNELS], "network")) == "weights_pressed_to_0"
    assert told.shrunk(KERNELS, [k * 0.5 for k in KERNELS], "network") is None


@pytest.mark.parametrize("end", ["nothing", "relu", "sigmoid", "tanh"])
def test_relu_layers_are_computed_again_and_believed_where_they_fit(end: str) -> None:
    x = RNG.normal(size=(50, 20))
    inner = np.maximum(x @ KERNELS[0] - 0.5, 0)
    inner[:, 3] = 0
    arrays = [KERNELS[0].copy(), np.full(8, -0.5), KERNELS[2], KERNELS[3]]
    arrays[1][3] = -1e6
    answer = told.ENDS[end](inner @ KERNELS[2])
    found = told.relu_layers(arrays, x, answer)
    assert found is not None and found[1] == end and told.dead_share(found[0][0]) == pytest.approx(1 / 8)
    assert told.relu_layers(arrays, x, answer + 0.5) is None
    assert told.relu_layers([np.zeros((3, 3, 1, 2))], x, answer) is None


def test_answers_that_depend_on_chance_the_batch_or_the_process() -> None:
    rows = RNG.normal(size=(6, 3))

    def right(x: Any, batch_size: int = 1024) -> Any:
        return x.sum(axis=1, keepdims=True)

    def random(x: Any, batch_size: int = 1024) -> Any:
        return right(x) + RNG.normal(size=(len(x), 1))

    def of_batch(x: Any, batch_size: int = 1024) -> Any:
        parts = [x[i : i + batch_size] - x[i : i + batch_size].mean() for i in range(0, len(x), batch_size)]
        return right(np.concatenate(parts))

    together = right(rows)
    ids = [
        id_of(depends_on_company(apply, rows, other, 1e-3, "The model")())
        for apply, other in (
            (random, together),
            (of_batch, of_batch(rows)),
            (right, together + 1),
            (right, together),
        )
    ]
    assert ids == ["random_at_inference", "batch_statistics", "outside_of_the_weights", ""]


def test_a_module_beside_a_suite(tmp_path: Path) -> None:
    suite = tmp_path / "09_kata" / "acceptance"
    suite.mkdir(parents=True)
    (suite / "causes.py").write_text(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n@dataclass\nclass Seen:\n    n: int = 3\n"
    )
    module = beside(str(suite / "conftest.py"), "causes")
    assert module.Seen().n == 3 and beside(str(suite / "conftest.py"), "causes") is module
    with pytest.raises(ImportError):
        beside(str(suite / "conftest.py"), "nothing")
