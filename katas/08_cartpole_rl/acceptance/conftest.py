"""What the checks share: three disguised games, a worker that plays, and a training for each game.

The median of the three games decides: an agent that learns by trial has an unlucky day now and then. Where the first
two agree, the third cannot change the median, and only the star for all three asks for it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest

from checker.suite import Diagnosis, beside, say

causes_of = beside(__file__, "causes")
GAMES = 3
EPISODES = 100
# Where act has used this multiple of its time, playing on would tell nothing new.
PLAY_ENDED_AT = 1.6


class Trained(NamedTuple):
    """What one training left; the weights before are none yet, if the model had not been called."""

    before: list[np.ndarray]
    weights: list[np.ndarray]
    is_changed: bool
    history: Any
    time: Any
    steps: int
    episodes: int
    recorder: Any


class Played(NamedTuple):
    """100 hidden episodes: their returns, the observations that were shown, the answers, the time of all calls of act."""

    returns: np.ndarray
    observations: np.ndarray
    actions: np.ndarray
    time: Any

    @property
    def mean(self) -> float:
        """The mean return."""
        return float(self.returns.mean())


@pytest.fixture(scope="session")
def games(data: Any, streams: Any) -> list[Any]:
    """Three games with disguises of their own."""
    drawn = [data.cartpole(streams.number("game", i)) for i in range(GAMES)]
    for i, game in enumerate(drawn):
        data.note_disguise(say("game {number}: {disguise}", number=i + 1, disguise=str(game.disguise)))
    return drawn


@pytest.fixture(scope="session")
def player(submission: Any) -> Iterator[Any]:
    """The worker that plays. It never sees a training."""
    with submission.worker("playing", shared=True) as worker:
        yield worker


@pytest.fixture(scope="session")
def answers(expect: Any) -> Callable[..., np.ndarray]:
    """answers(worker, policy, observations, budget=None) -> the actions (n,), looked at."""

    def ask(worker: Any, policy: Any, observations: np.ndarray, budget: str | None = None) -> np.ndarray:
        result = worker.call("act", policy, observations, budget=budget)
        actions = expect.array(result, "act(policy, observations)", shape=(len(observations),))
        wrong = actions[~np.isin(actions, (0, 1))]
        expect.that(
            not wrong.size,
            say("act returned {action:.4g} for a row; every action is 0 or 1.", action=wrong[:1].sum()),
            "An action, not a probability or a logit: take the likelier one, or draw.",
        )
        return actions.astype(np.int64)

    return ask


@pytest.fixture(scope="session")
def act_in_time(expect: Any) -> Callable[[Any], None]:
    """act_in_time(time): all calls of act for 100 episodes stayed within their time."""

    def judge(time: Any) -> None:
        hint = "act gets up to 100 observations at once: one call of the network is enough for all of them."
        expect.within_budget(time, hint)

    return judge


@pytest.fixture(scope="session")
def play(answers: Any, act_in_time: Any) -> Callable[..., Played]:
    """play(game, worker, policy) -> 100 hidden episodes with the policy's answers."""

    def play(game: Any, worker: Any, policy: Any) -> Played:
        used, shown, answered = 0.0, [], []

        def act(observations: np.ndarray) -> np.ndarray:
            nonlocal used
            actions = answers(worker, policy, observations, "act")
            used += worker.elapsed.used
            shown.append(observations)
            answered.append(actions)
            if used >= PLAY_ENDED_AT * worker.elapsed.allowed:
                act_in_time(dataclasses.replace(worker.elapsed, used=used))
            return actions

        returns = game.play(act, EPISODES)
        time = dataclasses.replace(worker.elapsed, used=used)
        return Played(returns, np.concatenate(shown), np.concatenate(answered), time)

    return play


@pytest.fixture(scope="session")
def built(answers: Any, games: Any) -> Callable[[Any], Any]:
    """built(worker) -> a policy of that worker, fresh from build() and called once, so that it has weights."""

    def build(worker: Any) -> Any:
        policy = worker.call("build", keep=True)
        answers(worker, policy, np.zeros((2, 4), np.float32))
        return policy

    return build


@pytest.fixture(scope="session")
def untrained(built: Any, player: Any) -> Any:
    """The policy of the playing worker, as build() makes it."""
    return built(player)


@pytest.fixture(scope="session")
def with_weights(expect: Any, built: Any) -> Callable[..., Any]:
    """with_weights(worker, weights) -> a policy of that worker, built anew, with trained weights."""

    def put(worker: Any, weights: list[np.ndarray]) -> Any:
        policy = built(worker)
        wanted = [array.shape for array in policy.weights()]
        got = [array.shape for array in weights]
        expect.that(
            got == wanted,
            say(
                "build() gives weights of the shapes {wanted}; after train they have {got}.",
                wanted=wanted[:8],
                got=got[:8],
            ),
            "The policy is built anew for playing and gets the trained weights: train keeps their number and shapes.",
        )
        policy.set_weights(weights)
        return policy

    return put


@pytest.fixture(scope="session")
def learn(submission: Any, streams: Any) -> Callable[..., Trained]:
    """learn(game, number) -> the outcome of one training in a worker of its own."""

    def learn(game: Any, number: int) -> Trained:
        with submission.worker("training") as worker:
            policy = worker.call("build", keep=True)
            before = policy.weights()  # none yet, if the model has not been called
            recorder = causes_of.Recorder(game)
            environment = worker.environment(recorder)
            seed = streams.handed_out("train", number)
            history = worker.call("train", policy, environment, seed, budget="train", in_place=True)
            weights = policy.weights()
        game.close()
        # A list is compared with itself as it was: the judge's copies are its own.
        same = len(before) == len(weights) and all(map(np.array_equal, before, weights))
        return Trained(
            before, weights, not same, history, worker.elapsed, game.steps, game.episodes, recorder
        )

    return learn


class Course:
    """The trainings and the play after them, game by game, each when a check first asks for it."""

    def __init__(self, train: Callable[[int], Trained], play: Callable[[int, Trained], Played]) -> None:
        self._train = train
        self._play = play
        self._made: dict[tuple[str, int], Any] = {}

    def trained(self, number: int) -> Trained:
        """What the training of a game left (0, 1 or 2)."""
        return self._once(("trained", number), lambda: self._train(number))

    def played(self, number: int) -> Played:
        """100 hidden episodes with what was learned in that game."""
        return self._once(("played", number), lambda: self._play(number, self.trained(number)))

    def _once(self, key: tuple[str, int], make: Callable[[], Any]) -> Any:
        """Make it, or give what came of it before: an error too, which belongs to the check that met it first."""
        if key not in self._made:
            try:
                self._made[key] = make()
            except Exception as error:
                self._made[key] = error
        made = self._made[key]
        if isinstance(made, Exception):
            raise made
        return made

    def median(
        self, measure: Callable[[int], float], limit: float, lower_is_better: bool
    ) -> tuple[int, dict[str, float]]:
        """The game that decides, and what was measured in each game.

        Two games on the same side of the limit decide without the third; of these the one nearer to the limit is
        shown. A training that was ended because its time was up, or that changed nothing, decides alone: two more would
        only take as long again.
        """
        sign = -1.0 if lower_is_better else 1.0
        values = [measure(0)]
        if self.trained(0).is_changed and not self.trained(0).time.ended:
            values.append(measure(1))
            first, second = (sign * value >= sign * limit for value in values)
            if first != second:
                values.append(measure(2))
        # Of three the middle one; of two that reach the limit the worse, of two that do not the better one.
        best_first = sorted(range(len(values)), key=lambda number: -sign * values[number])
        is_reached = sign * values[best_first[0]] >= sign * limit
        game = best_first[1] if len(values) == GAMES or (is_reached and len(values) > 1) else best_first[0]
        return game, self.by_game(values)

    @staticmethod
    def by_game(values: Sequence[float]) -> dict[str, float]:
        """Yardsticks for the report: what came of each game."""
        return {say("game {number}", number=number + 1): value for number, value in enumerate(values)}


@pytest.fixture(scope="session")
def course(submission: Any, games: Any, learn: Any, player: Any, with_weights: Any, play: Any) -> Course:
    """The three games."""

    def train(number: int) -> Trained:
        if number:
            submission.prepare(2)  # this worker and the next one import TensorFlow at the same time
        trained = learn(games[number], number)
        with_weights(player, trained.weights)  # their shapes, before anything else is said of them
        return trained

    return Course(
        train, lambda number, trained: play(games[number], player, with_weights(player, trained.weights))
    )


@pytest.fixture(scope="session")
def causes(
    submission: Any,
    streams: Any,
    course: Course,
    games: Any,
    player: Any,
    with_weights: Any,
    answers: Any,
    untrained: Any,
) -> Callable[[int], Any]:
    """causes(game): the experiments on what was learned in that game (see causes.py)."""

    def make(number: int) -> Any:
        policy = with_weights(player, course.trained(number).weights)
        return causes_of.Causes(
            games[number],
            course.trained(number),
            course.played(number),
            policy,
            lambda rows: answers(player, policy, rows),
            untrained.weights,
            submission.source,
            streams.hidden("experiments", number),
        )

    return make


@pytest.fixture(scope="session")
def same_answers(expect: Any, answers: Any, targets: Any, diagnose: Any) -> Callable[..., None]:
    """same_answers(rng, one, other, observations, played): two (worker, policy) answer each row alike, whatever is around it.

    A policy may draw its actions, so the answers of the first are compared with its own, asked twice, as well.
    The other one gets the rows singly and in small groups. `played` are the answers that were given in play, where they
    had to be good ones: those of the other are compared with them, and must agree with them more often than by chance.
    For a policy could answer a second asking at random, and would agree with itself no more than with anybody.
    """

    def compare(
        rng: np.random.Generator,
        one: Any,
        other: Any,
        observations: np.ndarray,
        played: np.ndarray | None = None,
    ) -> None:
        # Of a policy that draws, the answers of two workers agree little more often than by chance: more rows tell it.
        count = 500 if played is None else 1_000
        chosen = rng.choice(len(observations), size=count, replace=len(observations) < count)
        rows = observations[chosen]

        def ask(asked: Any, sizes: list[int]) -> np.ndarray:
            order = rng.permutation(len(rows))
            parts = np.split(order, np.cumsum(sizes)[:-1])
            actions = np.empty(len(rows), np.int64)
            actions[order] = np.concatenate([answers(*asked, rows[part]) for part in parts])
            return actions

        together, apart = [500] * (len(rows) // 500), [1] * 150 + [5] * ((len(rows) - 150) // 5)
        first = ask(one, together)
        itself = float(np.mean(first == ask(one, together)))
        fresh = float(np.mean((first if played is None else played[chosen]) == ask(other, apart)))
        least = itself - targets.agreement_gap
        expect.at_least(
            fresh,
            say("agreement"),
            least if played is None else max(least, targets.least_agreement),
            yardsticks={"asked twice": itself},
            hint="act answers each row by itself: it looks at the policy's weights and that row, not at the batch, the "
            "order, or earlier calls.",
            why=lambda: diagnose(likely=[lambda: of_the_batch(itself, ask(one, apart) == first)]),
        )

    def of_the_batch(itself: float, in_groups: np.ndarray) -> Diagnosis | None:
        alike = float(np.mean(in_groups))
        if itself < 0.97:
            return None
        if alike < itself - targets.agreement_gap / 2:
            return Diagnosis(
                "answers_depend_on_the_batch",
                say(
                    "Asked twice for the same batch, act answers {itself:.0%} alike; asked for the same rows singly "
                    "and in small groups, {alike:.0%}. So an answer depends on the other rows: is there a mean, "
                    "deviation or maximum over the batch?",
                    itself=itself,
                    alike=alike,
                ),
            )
        return Diagnosis(
            "more_than_the_weights",
            say(
                "In one process act answers {alike:.0%} alike, however the rows are grouped, and in a fresh "
                "process with the same weights it does not. So act looks at something that is not in the "
                "weights: a global, or what it saw before.",
                alike=alike,
            ),
        )

    return compare
