"""Why a trained network draws badly or misreads: what-ifs about its parameters, its units and its training rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from checker.suite import Diagnosis, known_numbers, say, together
from checker.suite.backward_errors import outer_slopes
from checker.suite.network import Activation, Network, gradients_of

Params = list[np.ndarray]


@dataclass
class Trained:
    """What came of training, and how to ask about it.

    `forward` is the submission's; `start` is what its init gives for the same seed, which training may or may not have
    started from; `rate_of` measures outputs for the rows it is judged by, lower is better.
    """

    name: str
    params: Params
    start: Params | None
    forward: Callable[[Params, np.ndarray], np.ndarray]
    activation: Callable[[], Activation]
    x: np.ndarray
    y: np.ndarray
    kind: str
    used: float
    reference: float
    _hidden: list[np.ndarray] = field(default_factory=list)

    def out(self, x: np.ndarray | None = None) -> np.ndarray:
        """The outputs, for the training rows or others."""
        return np.asarray(self.forward(self.params, self.x if x is None else x), dtype=np.float64)

    def hidden(self) -> np.ndarray:
        """What the last hidden layer gives for the training rows."""
        if not self._hidden:
            self._hidden.append(self.hidden_of(self.params))
        return self._hidden[0]

    def hidden_of(self, params: Params) -> np.ndarray:
        """The same for other parameters: the last matrix is put out of the way."""
        width, (w, b) = params[-2].shape[0], params[-2:]
        looking = [*params[:-2], np.eye(width, dtype=w.dtype), np.zeros(width, b.dtype)]
        return np.asarray(self.forward(looking, self.x), dtype=np.float64)

    def starts_still(self) -> bool:
        """Whether most hidden units give the same for every row from the start on."""
        if self.start is None or [p.shape for p in self.start] != [p.shape for p in self.params]:
            return False
        h = self.hidden_of(self.start)
        return bool(np.mean(np.ptp(h, axis=0) <= 1e-6 * max(1e-12, float(np.abs(h).max()))) > 0.8)

    def _ways(self) -> list[float]:
        """How far each matrix is from the start's, as a share of its length, where it has something to do with it."""
        if self.start is None or [p.shape for p in self.start] != [p.shape for p in self.params]:
            return []
        found = []
        for a, b in zip(self.start[::2], self.params[::2], strict=True):
            a, b = a.astype(np.float64), b.astype(np.float64)
            if np.vdot(a, b) > 0.3 * np.linalg.norm(a) * np.linalg.norm(b) > 0:
                found.append(float(np.linalg.norm(b - a) / np.linalg.norm(a)))
        return found

    @property
    def has_start(self) -> bool:
        """Whether a matrix is of the start's shape and has something to do with it."""
        return bool(self._ways())

    def moved(self) -> float:
        """How far the matrix that moved most is from the start, as a share of its length."""
        return max(self._ways())

    @property
    def is_short(self) -> bool:
        """Whether it took so little time that there were hardly any steps."""
        return 0 < self.used < 0.15 * self.reference

    @property
    def in_words_of_time(self) -> str:
        """What the time says of the number of steps."""
        if self.reference <= 0:
            return ""
        return say(
            "It took {used:.2g} CPU s; the reference takes {reference:.2g}.",
            used=self.used,
            reference=self.reference,
        )

    def loss(self, out: np.ndarray) -> float:
        """The loss on the training rows."""
        if self.kind == "mse":
            return float(np.mean((out - self.y) ** 2))
        top = out - out.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(top).sum(axis=1)) - top[np.arange(len(out)), self.y]))

    def network(self, params: Params, x: np.ndarray) -> Network:
        """The judge's own copy."""
        return Network([p.astype(np.float64) for p in params], self.activation(), x.astype(np.float64))


def part_name(i: int) -> str:
    """ "W1" for the first of params, "b1" for the second."""
    return f"{'Wb'[i % 2]}{i // 2 + 1}"


def unchanged(t: Trained) -> Diagnosis | None:
    """Nothing, or some of the arrays, moved away from the start."""
    if t.start is None or [p.shape for p in t.start] != [p.shape for p in t.params]:
        return None
    same = [np.allclose(p, s, rtol=1e-6, atol=1e-9) for p, s in zip(t.params, t.start, strict=True)]
    if all(same):
        return Diagnosis(
            "returned_the_start",
            say(
                "{function} gives back what init gives for its seed, every number of it: the training does not reach what "
                "is returned. (p = p - step inside a loop over params changes only the name p; write into the list, or "
                "p -= step.)",
                function=t.name,
            ),
        )
    if not t.has_start and not any(same[::2]):
        return None
    frozen = [part_name(i) for i, is_same in enumerate(same) if is_same]
    matrices = [name for name in frozen if name[0] == "W"]
    if matrices or (frozen and len(frozen) == len(t.params) // 2):
        return Diagnosis(
            "parts_not_trained",
            say(
                "Still exactly what init gives, while the rest has moved: {parts}. Do the steps go over all of params?",
                parts=", ".join(frozen),
            ),
        )
    return None


def uphill(t: Trained) -> Diagnosis | None:
    """The loss is far above what the start has, and the way goes along the gradient."""
    if not t.has_start or t.start is None:
        return None
    with np.errstate(all="ignore"):
        before, after = t.loss(np.asarray(t.forward(t.start, t.x), dtype=np.float64)), t.loss(t.out())
    if not after > 1.5 * before:
        return None
    net = t.network(t.start, t.x)
    slopes = gradients_of(net, outer_slopes(net.out, t.y, t.kind, net.activation).right)
    way = np.concatenate([(p.astype(np.float64) - s).ravel() for p, s in zip(t.params, t.start, strict=True)])
    slope = np.concatenate([g.ravel() for g in slopes])
    along = float(way @ slope / (np.linalg.norm(way) * np.linalg.norm(slope) + 1e-300))
    if along < 0.1:
        return None
    return Diagnosis(
        "steps_uphill",
        say(
            "On its own training rows the loss is {after:.3g}; before training it was {before:.3g}. The parameters went "
            "along the gradient instead of against it: p - rate * gradient is due.",
            after=after,
            before=before,
        ),
    )


def units(t: Trained) -> Diagnosis | None:
    """Hidden units that say nothing: 0 or constant for all rows, or all alike."""
    if len(t.params) < 4:
        return None
    h = t.hidden()
    size = np.abs(h).max(axis=0)
    still = np.ptp(h, axis=0) <= 1e-6 * max(1e-12, float(size.max()))
    share = float(np.mean(still))
    largest = max(float(np.abs(p).max()) for p in t.params)
    if share > 0.8:
        since = (
            "They are so from the start that init gives: look at its weights and biases."
            if t.starts_still()
            else "Too large a step pushes them there, and they do not come back: a smaller learning rate, or smaller "
            "weights at the start."
        )
        if np.all(h[:, still] == 0):
            dead = say(
                "{share:.0%} of the {units} hidden units are 0 for every row: dead ReLUs. The largest parameter is "
                "{largest:.2g}.",
                share=share,
                units=h.shape[1],
                largest=largest,
            )
            return Diagnosis("dead_units", together(dead, since))
        stuck = say(
            "{share:.0%} of the {units} hidden units give the same for every row: the sums are so large that the "
            "activation is flat. The largest parameter is {largest:.2g}.",
            share=share,
            units=h.shape[1],
            largest=largest,
        )
        return Diagnosis("stuck_units", together(stuck, since))
    alive = h[:, ~still]
    if alive.shape[1] > 2:
        spread = alive - alive.mean(axis=0)
        strength = np.linalg.svd(spread[:2000], compute_uv=False)
        rank = int((strength > 1e-5 * strength[0]).sum())
        if rank <= 2 and len(np.unique(np.round(spread[:50] / np.abs(spread[:50]).max(), 5), axis=1).T) <= 2:
            return Diagnosis(
                "units_alike",
                say(
                    "The {units} hidden units all give the same up to a factor: they started alike, and stayed one "
                    "unit. Start them at random.",
                    units=alive.shape[1],
                ),
            )
    return None


def flat_units(t: Trained) -> Diagnosis | None:
    """Most hidden values sit where the activation is flat."""
    net = t.network(t.params, t.x[:2000])
    if net.activation.name in ("relu", "leaky relu", "identity", "sine") or net.depth < 2:
        return None
    slope = np.abs(net.activation.slope(net.z[0]))
    share = float(np.mean(slope < 0.02))
    if share < 0.6:
        return None
    return Diagnosis(
        "saturated_units",
        say(
            "{share:.0%} of what the first hidden layer computes sits where the activation is flat (slope below .02): "
            "no gradient comes through there. The weights are too large, from the start on or by too large steps; or "
            "the inputs are.",
            share=share,
        ),
    )


def start_bad(t: Trained) -> Diagnosis | None:
    """Nothing comes through the start."""
    if t.start is None or len(t.start) < 4:
        return None
    means = [
        abs(float(np.mean(w))) * len(w) / (float(np.std(w)) * np.sqrt(len(w)) + 1e-12) for w in t.start[::2]
    ]
    if max(means) > 8 and float(np.mean(t.start[0])) * len(t.start[0]) > 8:
        return Diagnosis(
            "start_not_centred",
            "init draws weights of one sign alone: sums of many inputs start far from 0. Draw them around 0.",
        )
    sizes = [float(np.std(w)) * np.sqrt(len(w)) for w in t.start[::2]]
    small, large = min(sizes), max(sizes)
    if small < 0.02:
        return Diagnosis(
            "start_too_small",
            say(
                "init draws weights of deviation {size:.2g} / sqrt(inputs) in one layer: nearly nothing comes through, "
                "and nearly no gradient back. About 1 / sqrt(inputs) keeps a signal's size.",
                size=small,
            ),
        )
    if large > 8:
        return Diagnosis(
            "start_too_large",
            say(
                "init draws weights of deviation {size:.2g} / sqrt(inputs) in one layer: the sums start far out, where "
                "the activation is flat or explodes. About 1 / sqrt(inputs) keeps a signal's size.",
                size=large,
            ),
        )
    return None


def continued(
    t: Trained, judge: Callable[[np.ndarray], float], x: np.ndarray, steps: int, batch: int
) -> tuple[float, float]:
    """The measure before and after further steps of Adam that the judge makes with the parameters as they are."""
    params = [p.astype(np.float64) for p in t.params]
    before = judge(t.network(params, x).out)
    m, v = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
    rng = known_numbers("batches")
    for step in range(1, steps + 1):
        rows = rng.integers(0, len(t.x), batch) if batch < len(t.x) else slice(None)
        net = t.network(params, t.x[rows])
        slopes = gradients_of(net, outer_slopes(net.out, t.y[rows], t.kind, net.activation).right)
        rate = (0.01 if t.kind == "mse" else 0.002) * min(1.0, 2 * (1 - step / steps) + 0.02)
        for i, g in enumerate(slopes):
            m[i] += 0.1 * (g - m[i])
            v[i] += 0.001 * (g * g - v[i])
            params[i] = params[i] - rate * (m[i] / (1 - 0.9**step)) / (
                np.sqrt(v[i] / (1 - 0.999**step)) + 1e-8
            )
    return before, judge(t.network(params, x).out)


def hardly_any_way(t: Trained, gain: tuple[float, float], what: str) -> Diagnosis:
    """Further steps help: too few of them, or too small ones."""
    way = (
        say("A matrix has moved by {share:.0%} of its length at most.", share=t.moved())
        if t.has_start
        else ""
    )
    unfinished = say(
        "It had not finished learning: some hundred further steps that the judge made with these parameters bring "
        "the {measure} from {before:.2g} to {after:.2g}.",
        measure=what,
        before=gain[0],
        after=gain[1],
    )
    advice = (
        "More steps."
        if t.is_short
        else "A larger learning rate, or more steps: print the loss and see whether it still falls."
    )
    text = together(unfinished, way, t.in_words_of_time, advice)
    return Diagnosis("too_few_steps" if t.is_short else "learns_too_slowly", text)


def exploded(t: Trained) -> Diagnosis | None:
    """Outputs or parameters far beyond anything asked for."""
    out = t.out()
    largest = max(float(np.abs(p).max()) for p in t.params)
    size = float(np.abs(out).max())
    if size < 20 * float(np.abs(t.y).max() if t.kind == "mse" else 10) and largest < 1e3:
        return None
    return Diagnosis(
        "exploded",
        say(
            "The outputs reach {size:.2g} and the parameters {largest:.2g}: the steps grew instead of shrinking. A "
            "smaller learning rate; and is the step p - rate * gradient?",
            size=size,
            largest=largest,
        ),
    )


def pairs_torn(t: Trained, knows: str) -> Diagnosis | None:
    """It moved far, and knows nothing even of what it was trained on."""
    if t.is_short or (t.has_start and t.moved() < 0.05):
        return None
    h = t.hidden() if len(t.params) >= 4 else t.x
    if float(np.mean(np.ptp(h, axis=0) <= 1e-6)) > 0.5:
        return None
    return Diagnosis(
        "pairs_torn",
        say(
            "The parameters have moved far, and yet it knows nothing, not even of its own training rows ({knows}). Do x "
            "and y belong together when it learns: are both shuffled by the same order, and cut into the same batches?",
            knows=knows,
        ),
    )
