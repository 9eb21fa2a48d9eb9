"""Reading digits: learned from 60,000 in one process, judged on 10,000 hidden ones in another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from checker.suite import Diagnosis, Miss, say
from checker.suite.beside import beside

base, ours = beside(__file__, "causes"), beside(__file__, "causes_digits")
training = beside(__file__, "causes_training")

pytestmark = pytest.mark.training

TRAINING_ROWS, HIDDEN_ROWS, FEW_ROWS = 60_000, 10_000, 300
SHOWN_DIGITS = 12
YARDSTICKS = {say("chance"): 0.1, "the best linear model": 0.925}

Params = list[np.ndarray]


class Digits(NamedTuple):
    """One draw from MNIST in disguise: the pixels of all images permuted alike, the classes renamed."""

    train: np.ndarray
    train_labels: np.ndarray
    hidden: np.ndarray
    hidden_labels: np.ndarray
    # Where each pixel and each class went, for people.
    pixels: np.ndarray
    classes: np.ndarray


@pytest.fixture(scope="session")
def digits(data: Any, streams: Any) -> Digits:
    """60,000 digits to learn from and 10,000 hidden ones, uint8 (n, 784), drawn from all 70,000."""
    mnist = data.mnist()
    rows, pixels, classes = (
        streams.hidden(name).permutation(count)
        for name, count in (("split", 70_000), ("pixels", 784), ("classes", 10))
    )
    data.note_disguise("digits: pixels permuted, classes renamed")
    images, labels = np.asarray(mnist.images).reshape(-1, 784), classes[np.asarray(mnist.labels)]
    hidden, train = rows[:HIDDEN_ROWS], rows[HIDDEN_ROWS : HIDDEN_ROWS + TRAINING_ROWS]
    return Digits(
        np.take(images[train], pixels, axis=1),
        labels[train].astype(np.int64),
        np.take(images[hidden], pixels, axis=1),
        labels[hidden].astype(np.int64),
        np.argsort(pixels),
        np.argsort(classes),
    )


@pytest.fixture(scope="session")
def share_images(data: Any) -> Callable[[np.ndarray], Any]:
    """`share_images(images)`: uint8 (n, 784) as the submission sees them, float32 in [0, 1]."""
    return lambda images: data.share(images, scale=1 / 255, dtype="float32", shape=images.shape)


@pytest.fixture(scope="session")
def training_seed(streams: Any) -> int:
    """The seed that train_classifier is given."""
    return int(streams.handed_out("train_classifier"))


@pytest.fixture(scope="session")
def trained(
    submission: Any, digits: Digits, training_seed: int, share_images: Any, read_classifier: Any
) -> tuple[Params, Any]:
    """(params, time) of train_classifier on 60,000 digits, in a worker of its own that is ended."""
    with submission.worker("training") as worker:
        images = share_images(digits.train)
        labels = digits.train_labels
        value = worker.call("train_classifier", images, labels, training_seed, budget="train_classifier")
    return read_classifier(value, "train_classifier"), worker.elapsed


@pytest.fixture(scope="session")
def read_classifier(expect: Any, kata: Any, read_params: Any) -> Callable[..., Params]:
    """`read_classifier(value, what)` gives params of any architecture from 784 inputs to 10 outputs."""

    def read(value: Any, what: str) -> Params:
        if not isinstance(value, (list, tuple)):
            expect.invalid(
                say(
                    "{what} must return a list of arrays; it returned a {type}.",
                    what=what,
                    type=type(value).__name__,
                )
            )
        matrices = [
            np.shape(expect.array(part, say("a matrix of {what}", what=what), finite=False))
            for part in value[::2]
        ]
        if not matrices or not all(len(shape) == 2 for shape in matrices):
            expect.invalid(
                say("{what} must return [W1, b1, W2, b2, ...]; every other part must be a matrix.", what=what)
            )
        sizes = [784, *(shape[1] for shape in matrices[:-1]), 10]
        hint = "Did the steps grow instead of shrink? Try a smaller learning rate."
        try:
            params = read_params(value, what, sizes, hint)
        except Miss as error:
            if "not finite" in str(error):
                error.diagnoses = (Diagnosis("diverged", hint),)
            raise
        count = sum(p.size for p in params)
        expect.that(
            count <= kata.max_parameters,
            say(
                "{what} returned {count:,} numbers; at most {most:,} are allowed.",
                what=what,
                count=count,
                most=kata.max_parameters,
            ),
            "A hidden layer of about a hundred units is enough here.",
        )
        return params

    return read


@pytest.fixture(scope="session")
def outputs(submission: Any, expect: Any, digits: Any, share_images: Any) -> Any:
    """`outputs(params, label)`: forward of all hidden digits in a fresh process, (10000, 10)."""

    def run(params: list[np.ndarray], label: str) -> np.ndarray:
        with submission.worker(label) as worker:
            value = worker.call("forward", params, share_images(digits.hidden))
        return expect.array(
            value, "forward(params, x) of the trained network", shape=(len(digits.hidden), 10)
        )

    return run


@pytest.fixture(scope="session")
def answers(outputs: Any, trained: Any) -> np.ndarray:
    """What the trained network puts out for the hidden digits."""
    return outputs(trained[0], "inference")


def accuracy(outputs: np.ndarray, labels: np.ndarray) -> float:
    """The share of rows whose largest output is the right one's; a tie between outputs is no answer."""
    first = outputs.argmax(axis=1)
    is_tied = (outputs == outputs.max(axis=1, keepdims=True)).sum(axis=1) > 1
    return float(np.mean((first == labels) & ~is_tied))


def test_untrained(
    submission: Any, expect: Any, targets: Any, streams: Any, digits: Any, outputs: Any, read_params: Any
) -> None:
    """an untrained network cannot read digits"""
    sizes = [784, 64, 10]
    params = read_params(submission.init(sizes, streams.handed_out("init")), f"init({sizes}, seed)", sizes)
    value = accuracy(outputs(params, "untrained"), digits.hidden_labels)
    # Only which output is the largest counts, and ties are no answer: their size is the submission's to choose.
    hint = "The knowledge must come from training: init draws at random and forward only computes."
    expect.at_most(
        value, "accuracy before training", targets.untrained, yardsticks={say("chance"): 0.1}, hint=hint
    )


def test_few_rows(
    submission: Any,
    expect: Any,
    targets: Any,
    kata: Any,
    streams: Any,
    digits: Any,
    outputs: Any,
    share_images: Any,
    read_classifier: Any,
) -> None:
    """a network trained on 300 digits knows no more than those can teach"""
    few = slice(0, FEW_ROWS)
    with submission.worker("few-rows") as worker:
        images = share_images(digits.train[few])
        seed = streams.handed_out("few rows")
        labels = digits.train_labels[few]
        value = worker.call("train_classifier", images, labels, seed, budget="train_classifier")
    params = read_classifier(value, "train_classifier")
    # The number of rows is the submission's to see: who hides knowledge here and uses it on 60,000 must undo the disguise.
    hint = "300 digits teach an honest network 70 to 88 %. Where does the rest come from?"
    known = accuracy(outputs(params, "few-rows-inference"), digits.hidden_labels)
    expect.at_most(
        known,
        "accuracy after 300 digits",
        targets.few_rows,
        yardsticks={say("chance"): 0.1, "the most alike of the 300": 0.81},
        hint=hint,
        spread=kata.spread["few_rows"],
    )


@pytest.fixture
def why_misread(
    submission: Any,
    diagnose: Any,
    training_seed: int,
    digits: Digits,
    trained: Any,
    answers: Any,
    read_params: Any,
) -> Callable[[], Any]:
    """`why_misread()`: the causes of a low accuracy, looked for after a miss alone."""

    def why() -> Any:
        params, use = trained
        sizes = [784, *(p.shape[1] for p in params[::2])]
        start = read_params(submission.init(sizes, training_seed), "init", sizes)
        blocks = {
            say("{rows:,} rows at the start", rows=n): slice(0, n)
            for n in (500, 1_000, 2_000, 5_000, 10_000, 30_000)
        }
        blocks |= {say("{rows:,} rows at the end", rows=n): slice(-n, None) for n in (1_000, 10_000)}
        some = np.linspace(0, TRAINING_ROWS - 1, 4_000).astype(int)
        hidden, labels = digits.hidden[:2_000].astype(np.float32) / 255, digits.hidden_labels[:2_000]
        known = accuracy(answers, digits.hidden_labels)
        t = training.Trained(
            "train_classifier", params, start, submission.forward,
            lambda: base.activation_of(lambda name, *given: getattr(submission, name)(*given)),
            digits.train[some].astype(np.float32) / 255, digits.train_labels[some], "cross_entropy",
            use.used if use else 0.0, use.reference if use else 0.0,
        )  # fmt: skip

        def few_rows() -> Any:
            found = []
            for name, block in blocks.items():
                rows = np.arange(TRAINING_ROWS)[block][:2_000]
                if len(rows) >= 500:
                    out = t.out(digits.train[rows].astype(np.float32) / 255)
                    found.append((name, float(np.mean(out.argmax(axis=1) == digits.train_labels[rows]))))
            return ours.digit_rows(found, known)

        def judged(out: np.ndarray) -> float:
            return float(np.mean(out.argmax(axis=1) == labels))

        def unfinished() -> Any:
            gain = training.continued(t, judged, hidden, 300, 100)
            if gain[1] < gain[0] + max(0.01, 0.1 * (0.94 - gain[0])):
                return None
            return training.hardly_any_way(t, gain, say("accuracy"))

        def knows_nothing() -> Any:
            out = t.out()
            on_training, loss = float(np.mean(out.argmax(axis=1) == t.y)), t.loss(out)
            if on_training > 0.25 or loss > 3.5:
                return None
            return training.pairs_torn(t, say("{share:.0%} right, chance is 10 %", share=on_training))

        def one_answer() -> Any:
            return ours.constant_answer(answers)

        def otherwise() -> Any:
            moved = (
                say("{share:.2g} of their length away from init's", share=t.moved())
                if t.has_start
                else "not near init's"
            )
            return Diagnosis(
                "not_found",
                say(
                    "No usual mistake explains it. Look at the loss on the training rows (at the end it is {loss:.2g}; "
                    "chance is 2.3); at the accuracy on them beside that on others ({known:.2g}); and at the parameters, "
                    "which are {moved}.",
                    loss=t.loss(t.out()),
                    known=known,
                    moved=moved,
                ),
            )

        return diagnose(
            certain=[
                lambda: training.unchanged(t),
                lambda: ours.relabelled(answers, digits.hidden_labels, known),
                lambda: ours.other_inputs(t, hidden, labels, known),
                lambda: training.uphill(t),
                lambda: training.units(t),
                lambda: ours.answers_of(answers, digits.hidden_labels, known),
                few_rows,
                lambda: ours.too_narrow(t),
                lambda: training.start_bad(t),
                lambda: training.flat_units(t),
                knows_nothing,
                lambda: training.exploded(t),
                unfinished,
                one_answer,
            ],
            otherwise=otherwise,
        )

    return why


def test_accuracy(
    expect: Any, targets: Any, digits: Any, trained: Any, answers: Any, why_misread: Any
) -> None:
    """train_classifier reads hidden digits, and learns to within its time"""
    hint = (
        "Is the loss still falling at the end of training? Then go on, or take larger steps. Is the accuracy fine "
        "while training? Then forward needs something that is not in params."
    )
    expect.at_least(
        accuracy(answers, digits.hidden_labels),
        say("accuracy"),
        targets.accuracy,
        yardsticks=YARDSTICKS,
        hint=hint,
        why=why_misread,
    )
    expect.within_budget(
        trained[1], "Train on batches of 32 to 256 rows, with no loop over rows, and in float32."
    )


def test_single_rows(
    submission: Any, expect: Any, digits: Any, trained: Any, answers: Any, share_images: Any, rng: Any
) -> None:
    """the trained network answers single digits as it answers all at once"""
    rows = rng.choice(len(answers), size=40, replace=False)
    with submission.worker("single-rows") as worker:
        alone = [
            expect.array(
                worker.call("forward", trained[0], share_images(digits.hidden[i : i + 1])),
                "forward",
                shape=(1, 10),
            )
            for i in rows
        ]
    # Each row by what its own outputs are apart: the submission chooses their size, and one large number, or one that is
    # added to all ten, would let small differences decide unseen.
    together = answers[rows].astype(np.float64)
    size = np.maximum(np.ptp(together, axis=1, keepdims=True), 1e-30)
    difference = float(np.max(np.abs(np.concatenate(alone) - together) / size))
    hint = "forward must not look at other rows, nor remember anything between two calls."
    expect.at_most(
        difference,
        "difference, as a share of what the outputs of a row are apart",
        1e-4,
        yardsticks={say("rounding"): 1e-6},
        hint=hint,
    )


def test_trained_gradients(
    submission: Any, digits: Any, trained: Any, rng: Any, check_gradients: Any
) -> None:
    """loss_and_gradients is right for the trained network too"""
    params = [p.astype(np.float64) for p in trained[0]]
    x = digits.hidden[:64].astype(np.float64) / 255
    y = digits.hidden_labels[:64]
    with submission.worker("trained-gradients") as worker:
        check_gradients(worker.call, params, x, y, "cross_entropy", rng)


@pytest.mark.star("quality")
def test_high_accuracy(expect: Any, targets: Any, kata: Any, digits: Any, answers: Any) -> None:
    """train_classifier reads hidden digits well"""
    expect.at_least(
        accuracy(answers, digits.hidden_labels),
        say("accuracy"),
        targets.star_accuracy,
        yardsticks=YARDSTICKS,
        hint="More hidden units, a few more epochs, and steps that shrink towards the end.",
        spread=kata.spread["star_accuracy"],
    )


@pytest.mark.star("speed")
def test_fast_digits(expect: Any, trained: Any) -> None:
    """train_classifier needs little time"""
    expect.near_reference(trained[1], "Is everything float32? Which epoch does not help any more?")


@pytest.mark.picture
def test_mistaken_digits(show: Any, digits: Digits, answers: np.ndarray) -> None:
    """digits that it takes for others"""
    said = answers.argmax(axis=1)
    surest = np.argsort(-answers.max(axis=1))
    wrong = [row for row in surest if said[row] != digits.hidden_labels[row]][:SHOWN_DIGITS]
    if not wrong:
        return
    images = digits.hidden[wrong][:, digits.pixels].reshape(-1, 28, 28) / 255
    taken = ", ".join(
        f"{digits.classes[digits.hidden_labels[row]]} as {digits.classes[said[row]]}" for row in wrong
    )
    taken_ko = ", ".join(
        f"{digits.classes[digits.hidden_labels[row]]}→{digits.classes[said[row]]}" for row in wrong
    )
    show.images(
        "mistakes",
        [images[: SHOWN_DIGITS // 2], images[SHOWN_DIGITS // 2 :]],
        caption=f"Digits of which your network is sure, and wrong. Row by row it takes {taken}.",
        caption_ko=f"신경망이 확신하지만 틀린 숫자들입니다. 윗줄 왼쪽부터 참값→대답: {taken_ko}.",
        alt=f"{len(wrong)} of the {int(np.sum(said != digits.hidden_labels))} hidden digits that it mistakes, out of "
        f"{len(said):,}.",
        alt_ko=f"숨겨 둔 숫자 {len(said):,}개 가운데 틀린 {int(np.sum(said != digits.hidden_labels))}개 중 {len(wrong)}개입니다.",
    )
