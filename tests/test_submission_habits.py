"""What a submission does to its own process is its own affair: right answers stay right."""

from __future__ import annotations

import pytest

from checker.judging.session import JudgeOptions
from tests.test_verdicts import Judged

QUICK = JudgeOptions(seed=1, quick=True)
# Done at import, in the function before its result, or after it (by a thread): each by itself is enough to show a fault.
HABITS = {
    "stdout into a closed file": "f = open('log.txt', 'w'); sys.stdout = f; f.write('in'); f.close()",
    "stdout is None": "sys.stdout = None",
    "stderr is None": "sys.stderr = None",
    "stderr is closed": "sys.stderr.close()",
    "stdout is closed": "sys.stdout.close()",
    "stdout that raises": "sys.stdout = type('Out', (), {'write': lambda s, t: 1 / 0, 'flush': lambda s: 1 / 0})()",
    "stdin is closed": "sys.stdin.close(); sys.stdin = None",
    "the streams behind": "sys.__stdout__ = sys.__stderr__ = None",
    "hooks": "sys.excepthook = sys.displayhook = None",
    "print is another": "import builtins; builtins.print = None",
    "warnings are errors": "import warnings; warnings.simplefilter('error')",
    "NumPy raises": "np.seterr(all='raise')",
    "NumPy prints otherwise": "np.set_printoptions(precision=1, threshold=2)",
    "another locale": "import locale; locale.setlocale(locale.LC_ALL, '')",
    "another folder": "import os; os.makedirs('deep', exist_ok=True); os.chdir('deep')",
    "a folder that is gone": "import os; os.makedirs('gone', exist_ok=True); os.chdir('gone'); os.rmdir('../gone')",
    "no modules": "sys.modules.clear()",
    "a timer that goes off later": (
        "import signal; signal.signal(signal.SIGALRM, lambda *_: 1 / 0); signal.setitimer(signal.ITIMER_REAL, .05, .05)"
    ),
    "a tracer that raises": "sys.settrace(lambda frame, event, arg: None); sys.setprofile(lambda *_: None)",
    "a low limit of recursion": "sys.setrecursionlimit(60)",
    "signals are ignored": "import signal; [signal.signal(n, signal.SIG_IGN) for n in (signal.SIGTERM, signal.SIGINT)]",
}
# After these the submission's own next lines do not work any more.
ALONE = ("a low limit of recursion", "a folder that is gone", "no modules")
PREFACE = "import sys\nimport numpy as np\n"


@pytest.mark.parametrize("habit", HABITS.values(), ids=HABITS)
def test_the_answer_counts(judged: Judged, habit: str) -> None:
    source = (
        f"{PREFACE}\ndef double(x):\n    y = x + x\n    {habit}\n    return y\n\n"
        "def total(values, repeats):\n    return float(np.sum(values))\n"
    )
    record = judged(source, QUICK)
    assert record.outcome.value == "passed", [c.message for c in record.checks]


def test_all_of_it_at_import_and_in_every_function(judged: Judged) -> None:
    """One after the other, in a full run with a training worker."""
    lines = "\n    ".join(HABITS[name] for name in HABITS if name not in ALONE)
    source = (
        f"{PREFACE}\ndef spoil():\n    {lines}\n\nimport builtins\nspoil()\n\n"
        "def double(x):\n    y = x + x\n    spoil()\n    return y\n\n"
        "def total(values, repeats):\n    y = float(np.sum(values))\n    spoil()\n    return y\n"
    )
    source = source.replace("sys.stdin.close(); ", "").replace("sys.stderr.close()", "pass")
    record = judged(source.replace("sys.stdout.close()", "pass"), JudgeOptions(seed=1))
    assert record.outcome.value == "passed", [c.message for c in record.checks]
