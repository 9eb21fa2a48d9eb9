"""What comes of calls that take too long: ended once, interrupted where quality can still be judged, waited for."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest

from checker.catalog import Kata
from checker.judging.host import waiting
from checker.judging.host.failures import SubmissionError
from checker.judging.host.waiting import Waiting, refuse_idle
from checker.judging.worker.time_limit import HOLD, TimeIsUp, ended_after
from checker.verdict import CheckResult, Outcome, Record
from tests.conftest import RIGHT

Judged = Callable[..., Record]

LEARNING = '''
import numpy as np
import pytest

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def learned(submission):
    with submission.worker("learning") as worker:
        kept = worker.call("double", np.zeros(1), keep=True)
        worker.call("total", kept, 3, budget="total", in_place=True)
        return kept.weights(), worker.elapsed


def test_quality(learned, expect):
    """it learned something"""
    expect.at_least(float(learned[0][0][0]), "what was learned", 1.0, spread=0.0)


def test_time(learned, expect):
    """it learned in time"""
    expect.within_budget(learned[1])
'''
LEARNER = """
import numpy as np

def double(x):
    return [np.zeros(1)]

def total(model, repeats):
    while True:
        model[0] += 1
"""


def by_id(record: Record, name: str) -> CheckResult:
    return next(check for check in record.checks if check.id.startswith(name))


def double_is(body: str) -> str:
    return RIGHT.replace("return x + x", body)


def test_what_was_learned_is_judged_although_the_time_is_up(tiny_kata: Kata, judged: Judged) -> None:
    (tiny_kata.suite / "test_1_doubling.py").write_text(LEARNING)
    record = judged(LEARNER)
    assert record.outcome is Outcome.TOO_SLOW
    assert by_id(record, "test_quality").outcome is Outcome.PASSED
    assert "ended there; what it had learned by then is judged" in by_id(record, "test_time").message
    assert record.times[0].ended
    assert len(record.runs) == 1


def test_who_does_not_let_himself_be_interrupted_is_ended(tiny_kata: Kata, judged: Judged) -> None:
    (tiny_kata.suite / "test_1_doubling.py").write_text(LEARNING)
    stubborn = LEARNER.replace(
        "    while", "    import signal; signal.setitimer(signal.ITIMER_PROF, 0)\n    while"
    )
    record = judged(stubborn)
    assert record.outcome is Outcome.TOO_SLOW
    assert by_id(record, "test_quality").outcome is Outcome.TOO_SLOW


def test_a_function_that_was_ended_is_not_asked_again(tiny_kata: Kata, judged: Judged) -> None:
    file = tiny_kata.suite / "test_1_doubling.py"
    again = "".join(
        f'\n\ndef test_again_{i}(submission):\n    """again"""\n    submission.double(np.ones(2))\n'
        for i in range(8)
    )
    file.write_text(file.read_text() + again)
    started = time.monotonic()
    record = judged(double_is("\n    while True: pass"))
    assert record.outcome is Outcome.TOO_SLOW
    assert by_id(record, "test_again_7").outcome is Outcome.NOT_RUN
    assert "was ended in a check above" in by_id(record, "test_again_7").message
    assert (
        time.monotonic() - started < 40
    )  # nine times two seconds and the starts of nine workers would be more


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import time; time.sleep(1000); return x + x", "slept for"),
        ("import threading as t; l = t.Lock(); l.acquire(); l.acquire(); return x", "waited for a lock for"),
        ("import os; r, w = os.pipe(); os.read(r, 1); return x + x", "waited for input for"),
    ],
)
def test_who_waits_is_told_for_what(judged: Judged, tiny_kata: Kata, body: str, words: str) -> None:
    # The judge's process reads the limit itself, so the kata's suite makes it small.
    (tiny_kata.suite / "conftest.py").write_text(
        "import checker.judging.host.waiting as w\nw.IDLE_SECONDS = 3.0\n"
    )
    record = judged(double_is(body))
    assert record.outcome is Outcome.TOO_SLOW
    assert words in by_id(record, "test_double").message


def test_reading_from_standard_input_ends_at_once(judged: Judged) -> None:
    record = judged(double_is("input(); return x + x"))
    assert record.outcome is Outcome.CRASHED
    assert "EOFError" in by_id(record, "test_double").message


def test_standing_still_after_computing_is_given_time_and_is_nobodys_fault() -> None:
    refuse_idle("train()", "lock", waiting.IDLE_SECONDS + 1, used=60.0)
    refuse_idle("train()", "lock", waiting.STANDSTILL_SECONDS, used=60.0)
    with pytest.raises(SubmissionError, match="stood still") as caught:
        refuse_idle("train()", "lock", waiting.STANDSTILL_SECONDS + 1, used=60.0)
    assert caught.value.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(("what", "used"), [("sleep", 60.0), ("read", 60.0), ("lock", 0.1)])
def test_what_the_submission_waits_for_itself_is_its_own(what: str, used: float) -> None:
    refuse_idle("train()", what, waiting.IDLE_SECONDS - 1, used)
    with pytest.raises(SubmissionError) as caught:
        refuse_idle("train()", what, waiting.IDLE_SECONDS + 1, used)
    assert caught.value.outcome is Outcome.TOO_SLOW


def test_many_short_sleeps_are_one_long_one() -> None:
    account = Waiting()
    for _ in range(int(waiting.WAITING_OF_A_CHECK)):
        account.add(1.0)
    assert not account.is_too_much
    account.begin_check()
    for _ in range(int(waiting.WAITING_OF_A_RUN - waiting.WAITING_OF_A_CHECK) + 1):
        account.add(1.0)
    assert account.is_too_much
    refusal = account.refusal("f()", "sleep")
    assert refusal.outcome is Outcome.TOO_SLOW
    assert "slept again" in refusal.message


def test_sleeping_in_pieces_is_allowed_less_than_waiting_for_a_lock() -> None:
    account = Waiting()
    account.add(waiting.ASLEEP_OF_A_CHECK + 1, "lock")
    assert not account.is_too_much
    account.add(waiting.ASLEEP_OF_A_CHECK + 1, "sleep")
    assert account.is_too_much
    assert "61 seconds in this check" in account.refusal("f()", "sleep").message
    account.begin_check()
    assert not account.is_too_much


def test_a_check_whose_calls_never_end_is_too_slow_before_the_guard() -> None:
    account = Waiting(longest_check=100.0)
    account.called_in_check = 99.0
    account.refuse_endless_check("f()")
    account.called_in_check = 101.0
    with pytest.raises(SubmissionError, match="101 seconds together") as caught:
        account.refuse_endless_check("f()")
    assert caught.value.outcome is Outcome.TOO_SLOW


@pytest.mark.parametrize(
    "body", ["time.sleep(0.5)", "e = time.time() + .1\n    while time.time() < e: pass\n    time.sleep(.5)"]
)
def test_sleeps_with_a_little_work_add_up(tiny_kata: Kata, judged: Judged, body: str) -> None:
    """The judge's process reads the limits itself, so the kata's suite makes them small."""
    file = tiny_kata.suite / "conftest.py"
    file.write_text("import checker.judging.host.waiting as w\nw.ASLEEP_OF_A_CHECK = 2.0\n")
    many = "\n".join("    submission.double(np.ones(2))" for _ in range(12))
    (tiny_kata.suite / "test_1_doubling.py").write_text(
        f'import numpy as np\n\n\ndef test_many(submission):\n    """many"""\n{many}\n'
    )
    record = judged(double_is(f"\n    import time\n    {body}\n    return x + x"))
    assert record.outcome is Outcome.TOO_SLOW
    assert "slept again" in by_id(record, "test_many").message


@pytest.mark.training
def test_sleeps_below_the_limit_add_up(
    tiny_kata: Kata, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judge's process reads the limits itself, so the kata's suite makes them small."""
    file = tiny_kata.suite / "conftest.py"
    file.write_text("import checker.judging.host.waiting as w\nw.WAITING_OF_A_CHECK = 2.0\n")
    many = "\n".join("    submission.double(np.ones(2))" for _ in range(9))
    (tiny_kata.suite / "test_1_doubling.py").write_text(
        f'import numpy as np\n\n\ndef test_many(submission):\n    """many"""\n{many}\n'
    )
    record = judged(double_is("import time; time.sleep(0.5); return x + x"))
    assert record.outcome is Outcome.TOO_SLOW
    assert "slept again" in by_id(record, "test_many").message


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timers")
def test_an_interruption_waits_until_a_message_is_whole() -> None:
    done = []
    with pytest.raises(TimeIsUp), ended_after(0.05, "wall"), HOLD:
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            pass
        done.append("the whole message")
    assert done == ["the whole message"]
    assert not HOLD.is_due


COUNTING = '''
import numpy as np
import pytest

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def learned(submission):
    with submission.worker("learning") as worker:
        first, second = (worker.call("double", np.zeros(1), keep=True) for _ in range(2))
        worker.call("total", first, 3, budget="total", in_place=True)
        first.weights(), second.weights()
    return worker.elapsed


def test_time(learned, expect):
    """it learned in time"""
    expect.within_budget(learned)
'''
WORKS = """
import time
import numpy as np

def work(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass

class Model:
    made = 0

    def __init__(self):
        Model.made += 1
        self.number = Model.made

    def get_weights(self):
        after()
        return [np.zeros(1)]

def before():
    pass

def after():
    pass

def double(x):
    before()
    return Model()

def total(model, repeats):
    work(0.01)
"""


def works(name: str, when: str = "True") -> str:
    """A submission that works for a second in that helper of its, where the condition holds."""
    return WORKS.replace(f"def {name}():\n    pass", f"def {name}():\n    if {when}:\n        work(1.0)")


@pytest.mark.parametrize(
    "source",
    [
        works("before", "Model.made == 0"),
        works("before", "Model.made == 1"),
        works("after"),
        WORKS.replace("        after()\n", "        if self.number == 2:\n            work(1.0)\n"),
    ],
    ids=["first build", "second build", "weights", "weights of the second"],
)
def test_all_that_a_training_worker_computes_is_in_its_account(
    tiny_kata: Kata, judged: Judged, source: str
) -> None:
    (tiny_kata.suite / "test_1_doubling.py").write_text(COUNTING)
    record = judged(source)
    assert record.outcome is Outcome.TOO_SLOW, record.checks
    assert record.times[0].used > 0.9
    assert "total took" in by_id(record, "test_time").message


def test_what_happens_while_the_file_is_imported_is_not_in_the_account(
    tiny_kata: Kata, judged: Judged
) -> None:
    (tiny_kata.suite / "test_1_doubling.py").write_text(COUNTING)
    assert judged(WORKS + "\nwork(1.0)\n").outcome is Outcome.PASSED


def test_a_shared_worker_counts_its_timed_calls_alone(tiny_kata: Kata, judged: Judged) -> None:
    suite = COUNTING.replace('worker("learning")', 'worker("learning", shared=True)')
    (tiny_kata.suite / "test_1_doubling.py").write_text(suite)
    record = judged(works("before"))
    assert record.outcome is Outcome.PASSED, record.checks
    assert record.times[0].used < 0.3


def test_building_many_times_over_hides_no_training(tiny_kata: Kata, judged: Judged) -> None:
    """What builds models and moves weights in a worker that only answers has a cap of its own, for all calls together."""
    suite = (
        'import numpy as np\n\n\ndef test_double(submission):\n    """it is built"""\n'
        "    with submission.worker('inference') as worker:\n"
        "        for _ in range(40):\n            worker.call('double', np.zeros(1), keep=True)\n"
    )
    (tiny_kata.suite / "test_1_doubling.py").write_text(suite)
    record = judged(works("before"))
    assert record.outcome is Outcome.TOO_SLOW, record.checks
    assert "in one process" in by_id(record, "test_double").message
    assert judged(WORKS).outcome is Outcome.PASSED
