"""Universal approximation: one hidden layer draws a sine, a step and a sawtooth; more units draw better."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from checker.suite import Diagnosis, Miss, say
from checker.suite.beside import beside

base, ours = beside(__file__, "causes"), beside(__file__, "causes_curves")
training = beside(__file__, "causes_training")

pytestmark = pytest.mark.training

POINTS, UNITS, MASK = 256, 64, 0.2
LINE = "the best straight line"


class Curve(NamedTuple):
    """A function on [-3, 3] with values in [-1, 1], and the distance of x to its nearest jump."""

    value: Callable[[np.ndarray], np.ndarray]
    to_jump: Callable[[np.ndarray], np.ndarray]


def sine(rng: np.random.Generator) -> Curve:
    """Nearly two periods, starting anywhere."""
    frequency, start = rng.uniform(1.8, 2.2), rng.uniform(0, 2 * np.pi)
    return Curve(lambda x: np.sin(frequency * x + start), lambda x: np.full(x.shape, np.inf))


def step(rng: np.random.Generator) -> Curve:
    """From -1 to 1 or back, at one place."""
    place, sign = rng.uniform(-1.5, 1.5), rng.choice([-1, 1])
    return Curve(lambda x: sign * np.where(x < place, -1.0, 1.0), lambda x: np.abs(x - place))


def sawtooth(rng: np.random.Generator) -> Curve:
    """Two or three teeth."""
    period, start, sign = rng.uniform(2.4, 3.0), rng.uniform(0, 3), rng.choice([-1, 1])

    def phase(x: np.ndarray) -> np.ndarray:
        return ((x + start) / period) % 1

    return Curve(lambda x: sign * (2 * phase(x) - 1), lambda x: np.minimum(phase(x), 1 - phase(x)) * period)


CURVES = {say("sine"): sine, say("step"): step, say("sawtooth"): sawtooth}
ARTICLE = {"sine": "a sine", "step": "a step", "sawtooth": "a sawtooth"}
DIVERGED = "The steps grew instead of shrinking: try a smaller learning rate."


@pytest.fixture(scope="session")
def fitted(submission: Any, expect: Any, streams: Any, read_params: Any) -> Callable[[str, int], Any]:
    """`fitted(curve, hidden)`: the root mean squared error of the fit, with yardsticks, and its time; done once each."""
    known: dict[tuple[str, int], Any] = {}

    def fit(name: str, hidden: int) -> Any:
        if (name, hidden) not in known:
            try:
                known[name, hidden] = _fit(submission, expect, read_params, streams, name, hidden)
            except Exception as error:
                known[name, hidden] = error
        found = known[name, hidden]
        if isinstance(found, Exception):
            raise found
        return found

    return fit


def _fit(submission: Any, expect: Any, read_params: Any, streams: Any, name: str, hidden: int) -> Any:
    curve = CURVES[name](streams.hidden("curve", name))
    x = streams.hidden("points", name).uniform(-3, 3, (POINTS, 1))
    seed = streams.handed_out("fit_curve", name, hidden)
    what = f"fit_curve(x, y, {hidden}, seed)"
    with submission.worker("curve") as worker:
        value = worker.call("fit_curve", x, curve.value(x), hidden, seed, budget="fit_curve")
    try:
        params = read_params(value, what, [1, hidden, 1], DIVERGED)
    except Miss as error:
        if "not finite" in str(error):
            error.diagnoses = (Diagnosis("diverged", DIVERGED),)
        raise
    grid = np.linspace(-2.95, 2.95, 1001)[:, None]
    counted = curve.to_jump(grid) > MASK
    wanted = curve.value(grid)[counted]
    drawn = expect.array(submission.forward(params, grid), "forward(params, x)", shape=grid.shape)[counted]
    line = np.polyval(np.polyfit(x[:, 0], curve.value(x)[:, 0], 1), grid[counted])
    marks = {
        LINE: float(np.sqrt(np.mean((line - wanted) ** 2))),
        "always 0": float(np.sqrt(np.mean(wanted**2))),
    }
    use = worker.elapsed

    def asked_again() -> Any:
        sizes = [1, hidden, 1]
        return training.Trained(
            "fit_curve",
            params,
            read_params(submission.init(sizes, seed), "init", sizes),
            submission.forward,
            lambda: base.activation_of(lambda name, *given: getattr(submission, name)(*given)),
            x,
            curve.value(x),
            "mse",
            use.used if use else 0.0,
            use.reference if use else 0.0,
        )

    return float(np.sqrt(np.mean((drawn - wanted) ** 2))), marks, use, asked_again


def why_badly(diagnose: Any, asked_again: Callable[[], Any], line: float, error: float) -> Any:
    """The causes of a badly drawn curve; `line` is the best straight line's error."""
    t = asked_again()

    def judged(out: np.ndarray) -> float:
        return float(np.sqrt(np.mean((out - t.y) ** 2)))

    def unfinished(most: float = 1.0) -> Any:
        if t.used > most * t.reference:
            return None
        gain = training.continued(t, judged, t.x, 400, len(t.x))
        if gain[1] > (0.8 * gain[0] if t.is_short else min(0.7 * gain[0], 0.65 * line)):
            return None
        return training.hardly_any_way(t, gain, say("error"))

    def knows_nothing() -> Any:
        _, _, best = ours.best_affine(t.out(), t.y)
        if best < 0.9 * float(t.y.std()) or judged(t.out()) > 1.5 * float(t.y.std()):
            return None
        return training.pairs_torn(
            t, say("the best factor and shift leave {rest:.2g} of {spread:.2g}", rest=best, spread=t.y.std())
        )

    def otherwise() -> Any:
        h = t.hidden()
        moved = (
            say("{share:.2g} of their length away from init's", share=t.moved())
            if t.has_start
            else "not near init's"
        )
        return Diagnosis(
            "not_found",
            say(
                "No usual mistake explains it. Look at the loss every hundred steps (at the end it is {loss:.2g}); at the "
                "parameters, which are {moved}; and at the hidden units, whose spread over x is {spread:.2g} in the middle.",
                loss=t.loss(t.out()),
                moved=moved,
                spread=np.median(h.std(axis=0)),
            ),
        )

    return diagnose(
        certain=[
            lambda: training.unchanged(t),
            lambda: training.uphill(t),
            lambda: ours.curve_units(t, line),
            lambda: unfinished(0.05) or (unfinished(100.0) if t.has_start and t.moved() < 0.05 else None),
            lambda: training.units(t),
            lambda: training.exploded(t),
            lambda: ours.curve_rows(t),
            lambda: training.start_bad(t),
            lambda: training.flat_units(t),
            lambda: ours.bends(t),
            knows_nothing,
            lambda: unfinished(100.0),
            lambda: ours.curve_constant(t),
        ],
        otherwise=otherwise,
    )


HINT = (
    "Plot forward(params, x) over the points. Where is it flat? Each unit bends where x w + b = 0: with all "
    "biases 0 they all bend at x = 0. Is the loss still falling at the end?"
)


def test_curves(expect: Any, diagnose: Any, targets: Any, kata: Any, fitted: Any) -> None:
    """fit_curve draws three curves with 64 hidden units, much closer than a straight line can"""
    shares = {}
    for name in CURVES:
        error, marks, *_ = fitted(name, UNITS)
        expect.note(say("root mean squared error of {curve}", curve=ARTICLE[name]), error, yardsticks=marks)
        shares[name] = error / marks[LINE]

    def why() -> Any:
        error, marks, _, asked_again = fitted(max(shares, key=lambda name: shares[name]), UNITS)
        return why_badly(diagnose, asked_again, marks[LINE], error)

    mean = "error, as a share of the best straight line's, mean of the three curves"
    share = float(np.mean(list(shares.values())))
    expect.at_most(share, mean, targets.curves, hint=HINT, spread=kata.spread["curves"], why=why)


@pytest.mark.parametrize("name", CURVES)
def test_time_of_a_curve(expect: Any, fitted: Any, name: str) -> None:
    """fit_curve draws a curve within its time"""
    hint = "256 points fit into one batch: a step is a few small matrix products. How many steps are enough?"
    expect.within_budget(fitted(name, UNITS)[2], hint)


def test_one_unit(expect: Any, fitted: Any) -> None:
    """fit_curve has as many hidden units as it is told: one, when it is told one"""
    error, marks, *_ = fitted("sawtooth", 1)
    expect.note("root mean squared error of a sawtooth with one unit", error, yardsticks=marks)


@pytest.mark.star("quality")
@pytest.mark.parametrize("name", CURVES)
def test_close_curve(expect: Any, targets: Any, kata: Any, fitted: Any, name: str) -> None:
    """fit_curve follows a curve closely"""
    error, marks, *_ = fitted(name, UNITS)
    measure = say("root mean squared error of {curve}", curve=ARTICLE[name])
    limit = getattr(targets, f"star_{name}")
    expect.at_most(error, measure, limit, "", marks, HINT, kata.spread[f"star_{name}"])


@pytest.mark.star("quality")
def test_more_units(expect: Any, targets: Any, kata: Any, fitted: Any) -> None:
    """fit_curve draws the sawtooth far better with 64 hidden units than with one"""
    few, marks, *_ = fitted("sawtooth", 1)
    # The submission chooses how badly it fits with one unit; a straight line is what it can be expected to reach.
    few = min(few, marks[LINE])
    many, *_ = fitted("sawtooth", UNITS)
    hint = "Do all units learn, or do many bend at the same place?"
    share = "error with 64 units, as a share of that with one"
    expect.at_most(many / few, share, targets.star_help, hint=hint, spread=kata.spread["star_help"])


@pytest.mark.star("speed")
def test_fast_curve(expect: Any, fitted: Any) -> None:
    """fit_curve needs little time"""
    times = [fitted(name, UNITS)[2] for name in CURVES]
    slowest = max(times, key=lambda time: time.used)
    expect.near_reference(
        slowest, "How many steps does the curve need? A rate that falls towards the end needs fewer."
    )


# More fits are made for the pictures alone, as long as they are expected to take no more than so many of the reference's.
FEW_UNITS, FITS_FOR_PICTURES = (1, 8), 12.0
KOREAN = {"sine": "사인", "step": "계단", "sawtooth": "톱니"}


@pytest.mark.picture
def test_curves_are_drawn(show: Any, fitted: Any, submission: Any) -> None:
    """each curve with the learned one, for few and for many units"""
    left = FITS_FOR_PICTURES
    drawn: dict[str, dict[int, Any]] = {name: {UNITS: fitted(name, UNITS)} for name in CURVES}
    drawn["sawtooth"][1] = fitted("sawtooth", 1)
    for units in reversed(FEW_UNITS):
        for name in CURVES:
            use = drawn[name][UNITS][2]
            left -= 0.0 if units in drawn[name] else use.used / use.reference
            if left >= 0:
                drawn[name][units] = fitted(name, units)
    grid = np.linspace(-2.95, 2.95, 400)[:, None]
    for name, fits in drawn.items():
        known = fits[UNITS][-1]()
        errors = {units: fits[units][0] for units in sorted(fits)}
        curves = {
            f"{units} unit{'s' if units > 1 else ''}": (
                grid[:, 0],
                np.asarray(submission.forward(fits[units][-1]().params, grid))[:, 0],
            )
            for units in errors
        }
        show.lines(
            f"the {name}",
            curves,
            points=(known.x[:, 0], known.y[:, 0]),
            x="x",
            y="y",
            caption=f"The points of the {name}, and what your network draws through them with few and with many hidden units. "
            "Each unit adds one bend, or one slope, to the curve.",
            caption_ko=f"{KOREAN[name]} 곡선의 점들과, 은닉 유닛이 적을 때와 많을 때 신경망이 그린 곡선입니다. 유닛 하나가 "
            "곡선에 굽은 곳이나 비탈 하나를 더합니다.",
            alt="Root mean squared error: "
            + ", ".join(f"{error:.2g} with {units}" for units, error in errors.items())
            + " hidden units.",
            alt_ko="평균 제곱근 오차: "
            + ", ".join(f"은닉 유닛 {units}개일 때 {error:.2g}" for units, error in errors.items())
            + ".",
        )
