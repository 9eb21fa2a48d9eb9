"""Counting linear pieces, and making many of them with few units."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

from checker.suite import Diagnosis, or_none, refuse, say
from checker.suite.beside import beside

causes, questions = beside(__file__, "causes_pieces"), beside(__file__, "questions")


def ask_all(
    submission: Any, expect: Any, diagnose: Any, exact: Any, asked: Iterator[Any], hint: str, *more: Any
) -> None:
    """Ask all questions; where some are missed, say which mistake explains them."""
    answers = []
    for question in asked:
        result = submission.count_pieces(*question[:3])
        answers.append((question, expect.number(result, "count_pieces(layers, start, end)")))
    missed = [(question, counted) for question, counted in answers if counted != question.pieces]
    expect.note(
        "networks counted right", len(answers) - len(missed), unit=say("of {count}", count=len(answers))
    )
    if not missed:
        return
    question, counted = missed[0]
    expect.that(
        False,
        say(
            "count_pieces says {counted:g}; there are {pieces} pieces ({about}; {wrong} of {asked} networks "
            "are counted wrongly).",
            counted=counted,
            pieces=question.pieces,
            about=question.about,
            wrong=len(missed),
            asked=len(answers),
        ),
        hint,
        why=lambda: diagnose(certain=[lambda: causes.of_counts(exact, answers), *more]),
    )


def test_count_pieces(submission: Any, expect: Any, diagnose: Any, exact: Any, rng: Any) -> None:
    """count_pieces counts the linear pieces of a network along a segment, from either end"""
    hint = "Go from layer to layer: where does which unit switch between two neighbouring places?"
    ask_all(submission, expect, diagnose, exact, questions.random_questions(exact, rng), hint)


def test_count_pieces_merges_equal_slopes(
    submission: Any, expect: Any, diagnose: Any, exact: Any, rng: Any
) -> None:
    """count_pieces: neighbours of equal slope are one piece"""
    hint = "A piece ends where the slope of some output changes, and only there."
    ask_all(submission, expect, diagnose, exact, questions.special_questions(exact, rng), hint)


def test_count_pieces_of_narrow_pieces(
    submission: Any, expect: Any, diagnose: Any, exact: Any, rng: Any
) -> None:
    """count_pieces: a piece of 1e-5 of the segment is a piece"""
    hint = "Points on a grid do not see it: compute the place where a unit switches."
    grid = Diagnosis(
        "grid",
        "Networks whose pieces are wide are counted right, those with pieces of 1e-5 of the segment wrongly: points "
        "on a grid, or a tolerance that is too wide, do not see them. Compute the place where a unit switches.",
    )
    ask_all(submission, expect, diagnose, exact, questions.narrow_questions(exact, rng), hint, lambda: grid)


BETWEEN = (
    "Two units that switch at one place find it with different rounding; between the two there is no piece."
)
NARROWER = "Two places 2e-7 apart are two, those 1e-12 apart are one. Which tolerance lies between?"


def ask_one(submission: Any, expect: Any, exact: Any, line: Any, about: str, hint: str = BETWEEN) -> None:
    layers, start, end = line
    is_point = np.array_equal(start, end)
    wanted = 1 if is_point else exact.count_slopes(exact.along(layers, start, end).final)
    counted = expect.number(submission.count_pieces(*line), "count_pieces(layers, start, end)")
    expect.that(
        counted == wanted,
        say(
            "count_pieces says {counted:g}; the right number of pieces is {wanted} ({about}).",
            counted=counted,
            wanted=wanted,
            about=about,
        ),
        hint,
    )


@pytest.mark.star("robust")
def test_count_pieces_where_switches_coincide(submission: Any, expect: Any, exact: Any, rng: Any) -> None:
    """count_pieces: units that switch at one place, at the ends, or not at all"""
    for about, draw in questions.COINCIDING.items():
        ask_one(submission, expect, exact, draw(rng), about)


@pytest.mark.star("robust")
def test_count_pieces_of_a_point(submission: Any, expect: Any, exact: Any, rng: Any) -> None:
    """count_pieces is 1 where start and end are one point"""
    ask_one(
        submission, expect, exact, questions.single_point(rng), "start = end", "A single point is one piece."
    )


@pytest.mark.star("robust")
def test_count_pieces_of_very_narrow_pieces(submission: Any, expect: Any, exact: Any, rng: Any) -> None:
    """count_pieces: a piece of 2e-7 of the segment is a piece"""
    for _ in range(2):
        ask_one(
            submission,
            expect,
            exact,
            questions.very_narrow_pieces(rng),
            "pieces of 2e-7 of the segment",
            NARROWER,
        )


def test_sawtooth(submission: Any, expect: Any, diagnose: Any, exact: Any, as_layers: Any) -> None:
    """sawtooth has hidden layers of at most 3 units, and 2^depth linear pieces"""

    def why() -> Any:
        depths = (1, 2, 3, 4, 5, 6, 7)
        made = [(d, as_layers(submission.sawtooth(d), f"sawtooth({d})", d + 1)) for d in depths]
        return diagnose(certain=[lambda: causes.of_sawtooth(exact, made)])

    for depth in (1, 2, 3, 6, 10):
        what = f"sawtooth({depth})"
        given = submission.sawtooth(depth)
        shape = or_none(causes.form_of_sawtooth, given, depth)
        if shape:
            refuse(
                expect,
                say(
                    "{what} should be a list of {layers} layers (W, b); it has {count} entries.",
                    what=what,
                    layers=depth + 1,
                    count=len(given),
                ),
                shape,
            )
        layers = as_layers(given, what, depth + 1)
        inputs, widths = layers[0][0].shape[0], [w.shape[1] for w, _ in layers]
        expect.that(
            inputs == 1 and widths[-1] == 1,
            say(
                "{what} takes {inputs} inputs and gives {outputs} outputs; 1 and 1 are asked for.",
                what=what,
                inputs=inputs,
                outputs=widths[-1],
            ),
        )
        widest = max(widths[:-1])
        wide = Diagnosis(
            "too_wide",
            say(
                "{widest} units stand side by side: depth is to do it, a tooth put into itself.",
                widest=widest,
            ),
        )
        expect.that(
            widest <= 3,
            say(
                "{what} has a hidden layer of {widest} units; at most 3 are allowed.",
                what=what,
                widest=widest,
            ),
            why=partial(list, [wide]),
        )
        try:
            found = exact.along(layers, np.zeros(1), np.ones(1), most=16 * 2**depth)
        except exact.TooManyPieces:
            expect.that(
                False,
                say("{what} has far more than {wanted} pieces on [0, 1].", what=what, wanted=2**depth),
                why=why,
            )
        count = exact.count_slopes(found.final, least_width=1e-9, equal=1e-9)
        expect.that(
            count == 2**depth,
            say(
                "{what} has {count} linear pieces on [0, 1]; {wanted} are asked for.",
                what=what,
                count=count,
                wanted=2**depth,
            ),
            "One tooth takes [0, 1] up to 1 and back to 0. What does the same tooth make of that?",
            why,
        )


def count_many(submission: Any, expect: Any, rng: Any, depth: int, budget: str) -> Any:
    """Ask for a deep sawtooth, timed; the worker is returned."""
    line, wanted = questions.many_pieces(rng, depth)
    with submission.worker("counting") as worker:
        result = worker.call("count_pieces", *line, budget=budget)
    counted = expect.number(result, "count_pieces(layers, start, end)")
    expect.that(
        counted == wanted,
        say(
            "count_pieces says {counted:g} for a deep sawtooth; there are {wanted} pieces.",
            counted=counted,
            wanted=wanted,
        ),
        "Slopes grow as pieces get narrower; an absolute tolerance does not fit both.",
    )
    return worker


def test_count_pieces_of_many(submission: Any, expect: Any, rng: Any) -> None:
    """count_pieces copes with thousands of pieces in its time"""
    worker = count_many(submission, expect, rng, 12, "count_pieces")
    expect.within_budget(worker, "Does the work for one more piece grow with the number of pieces?")


@pytest.mark.star("speed")
def test_count_pieces_at_once(submission: Any, expect: Any, rng: Any) -> None:
    """count_pieces counts nearly a million pieces in at most twice the reference's time"""
    worker = count_many(submission, expect, rng, 20, "count_many_pieces")
    hint = "NumPy can look for the switches of all units between all places at once, layer by layer."
    expect.near_reference(worker, hint)
