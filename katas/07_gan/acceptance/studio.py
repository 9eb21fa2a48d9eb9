"""Two trained networks in a worker of the experiments' own, and what is measured of them once."""

import ast
from functools import cached_property

import numpy as np

from checker.suite import Diagnosis, say

DRAWN, SHOWN = 600, 300
NETWORKS = (say("generator"), say("discriminator"))
KINDS = ("hidden digits", "uniform noise", "shuffled pixels")
# A what-if explains bad drawings where it makes their distance so many times smaller, and not just less bad.
BETTER, STILL_BAD = 2.0, 130.0
# Drawings with a distance of at most this are digits, if not yet good ones: the core's limit is 80. (Clipped Gaussians of 64
# principal components, which are none, come from 267 to 107 where z is made four times larger.)
GOOD = 90.0
# Probabilities of pictures: what counts as real to the discriminator, and as drawn.
SURE, UNSURE = 0.8, 0.3
# A kernel that has moved by less than this share of its own size has learned next to nothing.
HARDLY = 0.02
GROWN = 8.0
# Kernels of good networks move by one to three times their size, in the middle.
FAR = 8.0
# Of the time that is allowed: the reference takes a sixth, a twentieth is where drawings begin to be legible.
BRIEF, RATHER_BRIEF = 0.03, 0.1
FIRST_ROWS = 2_000


class Studio:
    """Both trained networks in a worker of their own, started when an experiment first asks for one."""

    def __init__(self, submission, trained, digits, rebuild):
        self._submission, self._trained, self._digits, self._rebuild = submission, trained, digits, rebuild
        self._worker = None
        self._networks = {}

    def _network(self, kind):
        if kind not in self._networks:
            if self._worker is None:
                self._worker = self._submission.worker("experiments")
            self._networks[kind] = self._rebuild(self._worker, kind, getattr(self._trained, kind))
        return self._networks[kind]

    def draw(self, z, training=False, untrained=False):
        """Upright pictures (n, 28, 28) for these z."""
        raw = self._ask("generator", z.astype(np.float32), training, untrained)
        if raw.shape != (len(z), 28, 28) or not np.isfinite(raw).all():
            raise ValueError("no pictures")
        return self._digits.upright(raw)

    def probabilities(self, images, training=False, untrained=False):
        """What the discriminator says of upright pictures, (n,)."""
        shown = self._digits.disguise(images).astype(np.float32)
        p = self._ask("discriminator", shown, training, untrained)
        if p.shape != (len(images), 1) or not np.isfinite(p).all():
            raise ValueError("no probabilities")
        return p[:, 0].astype(np.float64)

    def _ask(self, kind, x, training, untrained):
        model, trained = self._network(kind), getattr(self._trained, kind)
        if untrained:
            model.set_weights(getattr(self._trained, f"{kind}_at_the_start"))
        try:
            return model.apply(x, training=training)
        finally:
            if untrained or training:  # averages of batch norm move in training mode
                model.set_weights(trained)

    def end(self):
        """End the worker."""
        if self._worker is not None:
            self._worker.end()


class Measured:
    """One pair of trained networks, and what follows from their answers."""

    def __init__(self, submission, trained, digits, network, real, rebuild, rng):
        self.trained, self.digits, self.network, self.real = trained, digits, network, real
        self.source = submission.source
        self.studio = Studio(submission, trained, digits, rebuild)
        self.rng = rng

    @cached_property
    def z(self):
        """Standard normal z, as the judge draws from."""
        return self.rng.normal(size=(DRAWN, 64))

    @cached_property
    def drawn(self):
        """Pictures drawn from them."""
        return self.studio.draw(self.z)

    @cached_property
    def distance(self):
        """Their Fréchet distance."""
        return self.distance_of(self.drawn)

    def distance_of(self, images):
        """Fréchet distance of pictures to hidden digits; what lies outside of [0, 1] is cut off."""
        return self.network.frechet_distance(self.real, self.network.features(np.clip(images, 0, 1)))

    @cached_property
    def shown(self):
        """Pictures of several kinds, upright."""
        hidden = self.digits.hidden[:SHOWN] / np.float32(255)
        shuffled = self.rng.permuted(hidden.reshape(SHOWN, -1), axis=1).reshape(hidden.shape)
        kinds = (hidden, self.rng.random(hidden.shape, np.float32), shuffled)
        return dict(zip(KINDS, kinds, strict=True))

    @cached_property
    def said(self):
        """The discriminator's probabilities for these, and for the drawings."""
        said = {kind: self.studio.probabilities(images) for kind, images in self.shown.items()}
        said["drawings"] = self.studio.probabilities(self.drawn[:SHOWN])
        return said

    @cached_property
    def moves(self):
        """How far each kernel moved, as a share of its size, by network."""
        return {
            kind: [
                float(np.linalg.norm(new - old) / max(np.linalg.norm(old), 1e-12))
                for old, new in zip(
                    getattr(self.trained, f"{kind}_at_the_start"), getattr(self.trained, kind), strict=True
                )
                if np.ndim(old) >= 2 and np.shape(old) == np.shape(new)
            ]
            for kind in NETWORKS
        }


def ranked_above(digits, others):
    """Share of all pairs in which the digit gets the higher probability; ties count half."""
    higher = digits[:, None] > others[None, :]
    return float(np.mean(higher) + np.mean(digits[:, None] == others[None, :]) / 2)


def edges(images):
    """The margin of pictures, black in every digit."""
    return np.concatenate([images[:, :3], images[:, -3:]], axis=1)


def log_odds(p):
    """The median log-odds of probabilities."""
    p = np.clip(p, 1e-30, 1 - 1e-7)
    return float(np.median(np.log(p) - np.log1p(-p)))


def size_of(array):
    return float(np.sqrt(np.mean(np.square(array, dtype=np.float64)))) if np.size(array) else 0.0


def numpy_random_in_graph(source):
    """The function that runs as a graph (tf.function, or a model's train_step) and calls numpy.random; empty if none."""
    if "run_eagerly" in source or "run_functions_eagerly" in source:
        return ""
    tree = ast.parse(source)
    generators = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_numpy_random(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).endswith(("default_rng", "RandomState"))
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and (
            node.name == "train_step" or any("tf.function" in ast.unparse(d) for d in node.decorator_list)
        ):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and (
                    _is_numpy_random(call)
                    or (
                        isinstance(call.func, ast.Attribute)
                        and isinstance(call.func.value, ast.Name)
                        and call.func.value.id in generators
                    )
                ):
                    return node.name
    return ""


def latents_outside_of_steps(source):
    """The call that draws random numbers once, before the steps, where no other one draws any; empty if there is none."""
    tree = ast.parse(source)
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    train = next((f for f in functions if f.name == "train"), None)
    inside = {id(n) for f in functions for n in ast.walk(f)}
    if train is None:
        return ""
    repeated = {
        id(n)
        for part in ast.walk(train)
        if part is not train
        and isinstance(part, (ast.For, ast.While, ast.FunctionDef, ast.Lambda, ast.comprehension))
        for n in ast.walk(part)
    }
    names = ("normal", "randn", "rand", "uniform", "standard_normal", "random")
    drawing = [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and ast.unparse(n.func).rpartition(".")[2] in names and id(n) in inside
    ]
    once = {id(n) for n in ast.walk(train)} - repeated
    if not drawing or not all(id(n) in once for n in drawing):
        return ""
    constants = {
        target.id: n.value.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Assign) and isinstance(n.value, ast.Constant) and isinstance(n.value.value, int)
        for target in n.targets
        if isinstance(target, ast.Name)
    }
    for call in drawing:
        sizes = [n for a in (*call.args, *(k.value for k in call.keywords)) for n in ast.walk(a)]
        counts = [
            n.value if isinstance(n, ast.Constant) else constants.get(n.id)
            for n in sizes
            if isinstance(n, (ast.Constant, ast.Name))
        ]
        # Numbers for every step, drawn in one go, are fine.
        if counts and all(isinstance(count, int) and count <= 1024 for count in counts):
            return ast.unparse(call)
    return ""


def _is_numpy_random(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("np.random.", "numpy.random."))


def end_of_network(apply, inputs, name):
    """Which end a network has whose answers leave [0, 1]: its answers to inputs that grow tell.

    Args:
        apply: the network.
        inputs: a batch.
        name: "generator" or "discriminator".
    """
    # Negative ones too: only a ReLU answers them with nothing below 0.
    answers = np.concatenate(
        [apply((inputs * factor).astype(np.float32)).ravel() for factor in (1, 1e4, -1e4)]
    )
    if not np.isfinite(answers).all():
        return None
    low, high = float(answers.min()), float(answers.max())
    told = say(
        "For inputs of any size the {name}'s answers stay between {low:.3g} and {high:.3g}",
        name=name,
        low=low,
        high=high,
    )
    if abs(low + 1) < 1e-3 and abs(high - 1) < 1e-3:
        return Diagnosis(
            "tanh_end",
            say(
                "{told}: that is the range of a tanh. Here it is to be [0, 1]: a sigmoid. Real pictures stay in "
                "[0, 1] too.",
                told=told,
            ),
        )
    if abs(high - 255) < 0.5 and low > -1e-3:
        return Diagnosis(
            "pictures_up_to_255",
            say(
                "{told}. Pictures are to lie in [0, 1]: leave the factor of 255 out, in train too.", told=told
            ),
        )
    if high > 50 or low < -50:
        if low > -1e-6:
            return Diagnosis(
                "relu_end",
                say(
                    "The {name}'s answers are never negative and grow with its input (up to {high:.2g}): it ends in "
                    "a ReLU. A sigmoid ends between 0 and 1.",
                    name=name,
                    high=high,
                ),
            )
        return Diagnosis(
            "no_activation_at_the_end",
            say(
                "The {name}'s answers grow with its input, from {low:.2g} to {high:.2g}: its last layer has no "
                "activation that bounds them. A sigmoid ends between 0 and 1.",
                name=name,
                low=low,
                high=high,
            ),
        )
    return None
