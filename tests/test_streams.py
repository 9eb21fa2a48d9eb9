"""What reaches a submission tells nothing of what is hidden, in any kata, whatever it knows of the judge's code."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from checker.catalog import Kata, load
from checker.games.cartpole import CartPoleGame
from checker.judging import session
from checker.judging.decide import Repeat
from checker.judging.session import JudgeOptions
from checker.judging.streams import MAX_SECRET, Streams, as_text, draw_secret, from_text
from checker.record_format import from_json, to_json
from checker.verdict import Outcome, Record
from tests.conftest import RIGHT

KATAS = {kata.number: kata for kata in load()}
SECRETS = (1, 2, 2**127 + 11, draw_secret())


# The streams themselves.


def test_a_name_has_a_stream_of_its_own() -> None:
    names: list[tuple[str | int, ...]] = [
        ("split",),
        ("pixels",),
        ("game", 0),
        ("game", 1),
        ("game, 0",),
        ("a", "b"),
        ("ab",),
    ]
    for secret in SECRETS:
        streams = Streams(secret)
        assert len({streams.number(*name) for name in names}) == len(names)
        assert len({streams.handed_out(*name) for name in names}) == len(names)
        first = [streams.hidden(*name).random(4).tolist() for name in names]
        # The same again, whatever was asked in between.
        assert [streams.hidden(*name).random(4).tolist() for name in names] == first
        assert len({tuple(row) for row in first}) == len(names)


def test_another_secret_changes_every_stream() -> None:
    for a, b in itertools.combinations(map(Streams, SECRETS), 2):
        assert a.number("split") != b.number("split")
        assert a.handed_out("train") != b.handed_out("train")
        assert not np.array_equal(a.hidden("split").permutation(50), b.hidden("split").permutation(50))


def test_what_is_handed_out_and_what_is_hidden_under_one_name_differ() -> None:
    for secret in SECRETS:
        streams = Streams(secret)
        number, seed = streams.number("train"), streams.handed_out("train")
        assert 0 <= seed < 2**32 <= number
        assert seed not in (number % 2**32, number >> 96, secret % 2**32)


def test_runs_of_one_judgement_have_secrets_of_their_own() -> None:
    for secret in SECRETS:
        runs = [Streams(secret).repeat(count).secret for count in range(3)]
        assert runs[0] == secret and len(set(runs)) == 3
        assert all(abs(a - b) > 2**64 for a, b in itertools.combinations(runs[1:], 2))


def test_a_secret_is_drawn_with_all_its_bits_and_written_so_that_it_repeats() -> None:
    assert len({draw_secret() for _ in range(100)}) == 100
    assert max(draw_secret().bit_length() for _ in range(100)) > 120
    for secret in (0, 7, 2**32 - 1, 2**32, MAX_SECRET, draw_secret()):
        assert from_text(as_text(secret)) == secret
    for wrong in ("-1", "1.5", "", "abc", str(MAX_SECRET + 1)):
        with pytest.raises(ValueError):
            from_text(wrong)
    with pytest.raises(ValueError):
        Streams(MAX_SECRET + 1)


def test_nothing_prints_the_secret() -> None:
    assert "12345678" not in repr(Streams(12345678))


# The suites.


def suite_files() -> list[Path]:
    return [file for kata in KATAS.values() for file in sorted(kata.suite.glob("*.py"))]


def nodes_of(file: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", suite_files(), ids=lambda file: f"{file.parent.parent.name}/{file.name}")
def test_a_suite_draws_from_its_streams_alone(file: Path) -> None:
    """No generator of its own, no clock, no seed that is made of another number; seeds for submissions by name."""
    for node in nodes_of(file):
        if isinstance(node, ast.Import):
            assert not {alias.name for alias in node.names} & {"random", "secrets", "time", "os", "uuid"}
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"default_rng", "RandomState", "SeedSequence", "spawn", "seed"}
        if isinstance(node, ast.arg):
            assert node.arg != "seed" or "init" in file.read_text(), "draw from streams.hidden(name)"
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "integers"
        ):
            assert "2**32" not in ast.unparse(node), "a seed for the submission is streams.handed_out(name)"


def test_names_are_asked_once_and_for_one_purpose() -> None:
    """A stream that is both shown and hidden, or drawn from at two places, would tie the two together."""
    for kata in KATAS.values():
        asked = [
            (node.func.attr, ast.unparse(node))
            for file in sorted(kata.suite.glob("*.py"))
            for node in nodes_of(file)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func.value) == "streams"
        ]
        assert len({text for _, text in asked}) == len(asked), kata.name


class FakeData:
    """Digits and pictures that can be told apart, in place of the real ones."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        images = np.zeros((70_000, 28, 28), np.uint8)
        images[:, :1, :5] = rng.integers(256, size=(70_000, 1, 5))
        self._mnist = SimpleNamespace(images=images, labels=rng.integers(10, size=70_000).astype(np.uint8))
        self._pictures = SimpleNamespace(
            images=rng.integers(256, size=(6_000, 8, 8, 3), dtype=np.uint8),
            labels=rng.integers(2, size=6_000),
            kind="drawn",
        )
        self.disguises: list[str] = []

    def mnist(self) -> Any:
        return self._mnist

    def cats_dogs(self, size: int, **_: Any) -> Any:
        return self._pictures

    def cartpole(self, secret: int) -> CartPoleGame:
        return CartPoleGame(secret)

    def note_disguise(self, text: str) -> None:
        self.disguises.append(text)


def module_of(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"suite_{path.parent.parent.name}_{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made_by(fixture: Any, **given: Any) -> Any:
    """What a fixture of a suite makes of these."""
    function: Callable[..., Any] = fixture.__wrapped__
    wanted = inspect.signature(function).parameters
    return function(**{name: value for name, value in given.items() if name in wanted})


class FixedSeeds(Streams):
    """The streams of a secret, but whoever asks for a seed to hand out gets the same one under every secret."""

    def handed_out(self, *name: str | int) -> int:
        return 5


# Where the suite of a kata draws what its tests share; the others draw from `rng` alone.
SHARED = {
    "01": ("test_2_fits.py", "houses"),
    "02": ("test_2_digits.py", "digits"),
    "03": ("conftest.py", "digits"),
    "05": ("conftest.py", "pictures"),
    "06": ("conftest.py", "digits"),
    "07": ("conftest.py", "digits"),
    "08": ("conftest.py", "games"),
}


@pytest.fixture(scope="module")
def fake_data() -> FakeData:
    return FakeData()


def hidden_of(kata: Kata, data: FakeData, streams: Streams) -> list[np.ndarray]:
    """What this kata hides under these streams, as arrays."""
    file, name = SHARED[kata.number]
    data.disguises.clear()
    made = made_by(getattr(module_of(kata.suite / file), name), data=data, streams=streams, tier="cpu")
    if kata.number == "08":
        return [np.array([*g.disguise.factors, *g.disguise.columns, g.disguise.swapped]) for g in made] + [
            g._hidden.random(4) for g in made
        ]
    parts = made if isinstance(made, tuple) else [getattr(made, key) for key in vars(made)]
    return [part for part in parts if isinstance(part, np.ndarray)]


@pytest.mark.parametrize("number", SHARED)
def test_what_is_hidden_changes_with_the_secret_and_not_with_the_seeds(
    number: str, fake_data: FakeData
) -> None:
    kata = KATAS[number]
    one, again, other = (
        hidden_of(kata, fake_data, FixedSeeds(s)) for s in (SECRETS[3], SECRETS[3], SECRETS[2])
    )
    plain = hidden_of(kata, fake_data, Streams(SECRETS[3]))
    for a, b, c, d in zip(one, again, other, plain, strict=True):
        assert np.array_equal(a, b), "the same secret gives the same again"
        assert np.array_equal(a, d), "what is handed out has no part in it"
        assert a.shape != c.shape or not np.array_equal(a, c), "another secret, the same seeds"


def test_every_kata_is_covered() -> None:
    """A kata that is not in the table uses no streams but for seeds that it hands out."""
    for kata in KATAS.values():
        if kata.number not in SHARED:
            text = "".join(file.read_text(encoding="utf-8") for file in kata.suite.glob("*.py"))
            assert "streams.hidden" not in text and "streams.number" not in text


def names_handed_out(kata: Kata) -> list[tuple[str | int, ...]]:
    """The names under which a suite hands seeds out, with small numbers for what is a variable there."""
    names: list[tuple[str | int, ...]] = []
    for file in sorted(kata.suite.glob("*.py")):
        for node in nodes_of(file):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "streams.handed_out":
                parts = [[a.value] if isinstance(a, ast.Constant) else [0, 1, 2] for a in node.args]
                names += itertools.product(*parts)
    return names


def roots_of(seed: int) -> list[int]:
    """Numbers that somebody who has this seed may take for the one that all was drawn from."""
    near = (seed, seed - 1, seed - 2, 3 * seed, 3 * seed + 1, 3 * (seed - 1) + 1, 3 * (seed - 2) + 2)
    return [root % 2**64 for root in near]


def generators_of(seed: int) -> Iterator[np.random.Generator | np.random.RandomState]:
    """Generators that somebody who has this seed may think of."""
    for root in roots_of(seed):
        yield np.random.default_rng(root)
        yield np.random.Generator(np.random.Philox(key=root))
        for word in (1, 2, 5, 7, 8, 9, 10):
            yield np.random.default_rng([root, word])
            yield np.random.default_rng(np.random.SeedSequence([root, word]).spawn(1)[0])
    yield np.random.RandomState(seed)


HIDDEN_NAMES: tuple[tuple[str | int, ...], ...] = (
    ("split",), ("pixels",), ("classes",), ("disguise",), ("suite",), ("test", "test_1.py::test_a"),
    *(("game", number) for number in range(3)), *(("curve", name) for name in ("sine", "step", "sawtooth")),
)  # fmt: skip


@pytest.mark.parametrize("number", ["02", "04", "08"])
def test_a_seed_that_is_handed_out_does_not_lead_to_what_is_hidden(number: str) -> None:
    """Neither the judge's permutations nor its disguises come out of a generator that starts from such a seed."""
    names = names_handed_out(KATAS[number])
    assert names
    for secret in SECRETS[::3]:
        streams = Streams(secret)
        hidden = {streams.number(*name) for name in HIDDEN_NAMES}
        wanted = {tuple(streams.hidden(name).permutation(784)[:8].tolist()) for name in ("pixels", "split")}
        factors = [np.abs(CartPoleGame(streams.number("game", i)).disguise.factors) for i in range(3)]
        for name in names:
            seed = streams.handed_out(*name)
            for root in roots_of(seed):
                assert not hidden & {Streams(root).number(*known) for known in HIDDEN_NAMES}
            for make in generators_of(seed):
                assert tuple(make.permutation(784)[:8].tolist()) not in wanted
            for make in generators_of(seed):
                drawn = np.exp(make.uniform(-np.log(4.0), np.log(4.0), size=4))
                assert not any(np.allclose(drawn, sizes) for sizes in factors)


# The judge.


def test_a_drawn_secret_is_large_and_stands_in_the_record(judged: Callable[..., Record]) -> None:
    one, other = judged(RIGHT, JudgeOptions(quick=True)), judged(RIGHT, JudgeOptions(quick=True))
    assert one.runs[0].seed != other.runs[0].seed
    assert not one.seed_was_set and from_text(one.runs[0].seed) > 2**64
    assert from_json(to_json(one)) == one


def test_repeats_are_judged_with_secrets_of_their_own(
    judged: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    process = session.JudgeProcess

    def spy(job: Any, *others: Any) -> Any:
        given.append(job.secret)
        return process(job, *others)

    decide = session.decide
    monkeypatch.setattr(session, "JudgeProcess", spy)
    monkeypatch.setattr(
        session, "decide", lambda runs: decide(runs) if len(runs) == 3 else Repeat(("test_double",), "again")
    )
    record = judged(RIGHT, JudgeOptions(seed=3))
    assert given == [as_text(Streams(3).repeat(count).secret) for count in range(3)]
    assert [run.seed for run in record.runs] == given


LOOKS = RIGHT.replace(
    "return x + x",
    "import os, sys\n    here = [os.getcwd(), *sys.argv, *map(str, os.environ.items())]\n"
    "    raise ValueError(' '.join(here))",
)


def test_no_folder_names_the_secret_or_what_a_worker_is_for(judged: Callable[..., Record]) -> None:
    secret = draw_secret()
    record = judged(LOOKS, JudgeOptions(seed=secret))
    said = record.checks[0].message + record.checks[0].log
    assert "worker-" in said and "functions" not in said
    assert str(secret) not in said and f"{secret:x}" not in said


def test_a_suite_cannot_hand_out_what_is_hidden(judged: Callable[..., Record], tiny_kata: Kata) -> None:
    suite = tiny_kata.suite / "test_1_doubling.py"
    suite.write_text('def test_double(submission, seed):\n    """x"""\n    submission.double(seed)\n')
    assert judged(RIGHT).outcome is Outcome.JUDGE_ERROR
