"""What a learner is told of an exception: whose it is, its cause, and his own lines, in few words."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from checker.judging.host.failures import from_failure
from checker.judging.worker import failures
from checker.judging.worker.loading import ForbiddenProcess, load
from checker.judging.worker.messages import MAX_LINES, most_telling, plain

GRAPH_ERROR = """\
Graph execution error:

Detected at node loss/SparseSoftmaxCrossEntropyWithLogits defined at (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main

  File "/opt/judge/worker/__main__.py", line 180, in main

  File "{folder}/solution.py", line 52, in train

  File "/opt/python/keras/src/trainers/trainer.py", line 399, in fit

Received a label value of 10 which is outside the valid range of [0, 10).  Label values: 10 3
\t [[{{{{node loss/SparseSoftmaxCrossEntropyWithLogits}}}}]] [Op:__inference_multi_step_on_iterator_538]"""

USER_CODE_ERROR = """\
in user code:

    File "{folder}/solution.py", line 8, in step  *
        b = helper(a)
    File "{folder}/solution.py", line 5, in helper  *
        return tf.matmul(a, tf.zeros((3, 3)))

    ValueError: Dimensions must be equal, but are 4 and 3 for the product.
"""

COLOURED_ERROR = """\
Exception encountered when calling M.call().

\x1b[1mModel M does not have a `call()` method implemented.\x1b[0m

Arguments received by M.call():
  • inputs=tf.Tensor(shape=(2, 40, 40, 3), dtype=float32)
  • training=False
  • mask=None
  • kwargs=<class 'inspect._empty'>"""


def raised(source: str, folder: Path, name: str = "f"):
    """What the worker says of the exception that `name()` of this source ends in."""
    before = sys.setrecursionlimit
    try:
        function = load(textwrap.dedent(source).encode(), folder).function(name)
        with pytest.raises(BaseException) as caught:
            function()
    finally:
        sys.setrecursionlimit = before
    return failures.describe(caught.value, folder)


def test_a_graphs_error_is_its_cause_and_the_own_line(tmp_path):
    message, lines = plain(GRAPH_ERROR.format(folder=tmp_path), "InvalidArgumentError", tmp_path)
    assert message == (
        "Received a label value of 10 which is outside the valid range of [0, 10).  Label values: 10 3"
    )
    assert lines == ["line 52, in train: "]


def test_an_error_in_a_traced_function_is_said_once(tmp_path):
    message, lines = plain(USER_CODE_ERROR.format(folder=tmp_path), "ValueError", tmp_path)
    assert message == "Dimensions must be equal, but are 4 and 3 for the product."
    assert lines == [
        "line 8, in step: b = helper(a)",
        "line 5, in helper: return tf.matmul(a, tf.zeros((3, 3)))",
    ]


def test_colours_are_no_part_of_a_message(tmp_path):
    message, _ = plain(COLOURED_ERROR, "NotImplementedError", tmp_path)
    assert "\x1b" not in message
    assert "Model M does not have a `call()` method implemented." in message.splitlines()
    assert message.splitlines()[-1] == "  • inputs=tf.Tensor(shape=(2, 40, 40, 3), dtype=float32)"


@pytest.mark.parametrize("text", ["", "   ", "in user code:\n", "one line", "a\n" * 500, "x" * 100_000])
def test_every_text_stays_short_and_is_not_lost(tmp_path, text):
    message, lines = plain(text, "ValueError", tmp_path)
    assert len(message) < 1_300 and message.count("\n") < MAX_LINES and lines == []
    assert bool(message) == bool(text.strip())


def test_a_long_message_loses_its_middle(tmp_path):
    message, _ = plain("\n".join(f"line {i}" for i in range(40)), "ValueError", tmp_path)
    assert message.splitlines() == ["line 0", "line 1", "line 2", "...", "line 38", "line 39"]


def test_lines_are_said_once_and_the_last_ones_matter():
    assert most_telling(["a", "b", "b", "a"]) == ["a", "b"]
    assert most_telling([str(i) for i in range(9)]) == ["0", "5", "6", "7", "8"]


def test_not_written_yet_is_what_the_submission_itself_raises(tmp_path):
    own = raised("def f():\n    raise NotImplementedError('x w + b')\n", tmp_path)
    assert own["kind"] == "not implemented"
    library = raised(
        """
        import collections.abc
        def f():
            # It raises what it is given.
            collections.abc.Generator.throw(None, NotImplementedError("from a library"))
        """,
        tmp_path,
    )
    assert library["kind"] == "exception"
    assert library["type"] == "NotImplementedError"
    assert library["lines"][-1].startswith("line 5, in f:")


def test_an_error_whose_inner_frames_were_taken_out_is_no_raise_of_the_submission(tmp_path):
    """Keras and TensorFlow hide their frames, so the innermost one is the submission's call."""
    filtered = raised(
        """
        import collections.abc
        def f():
            try:
                collections.abc.Generator.throw(None, NotImplementedError("from a library"))
            except NotImplementedError as error:
                trace = error.__traceback__
                trace.tb_next = None
                found = error.with_traceback(trace)
            hand_on(found)
        def hand_on(error):
            collections.abc.Generator.throw(None, error)
        """,
        tmp_path,
    )
    assert filtered["kind"] == "exception"


@pytest.mark.parametrize(
    "source",
    [
        "import sys\nsys.setrecursionlimit(10**8)\ndef f():\n    return f()\n",
        "def f():\n    return g()\ndef g():\n    return f()\n",
    ],
)
def test_a_function_that_calls_itself_without_end_is_named(tmp_path, source):
    said = raised(source, tmp_path)
    assert said["kind"] == "recursion"
    text = from_failure(said, "f()", False, ("numpy",)).message
    assert text.startswith("f() called itself without end.\n  line ")
    assert text.count("\n") <= 2


@pytest.mark.parametrize(
    "line",
    [
        "import socket; raise socket.gaierror(-3, 'Temporary failure in name resolution')",
        "import urllib.error; raise urllib.error.URLError('no')",
        "raise Exception('URL fetch failure on https://x: None -- [Errno -3] Temporary failure in name resolution')",
    ],
)
def test_a_wish_for_the_network_is_named(tmp_path, line):
    error = from_failure(raised(f"def f():\n    {line}\n", tmp_path), "train()", False, ("*",))
    assert error.message.startswith("There is no network here")
    assert "line 2, in f" in error.message
    assert "what the function is given" in error.hint


def test_a_process_is_named_also_where_a_library_speaks_of_something_else(tmp_path):
    try:
        try:
            raise ForbiddenProcess("os.fork starts a process")
        except ForbiddenProcess as cause:
            raise RuntimeError("the pool could not be started") from cause
    except RuntimeError as error:
        said = failures.describe(error, tmp_path)
    error = from_failure(said, "train()", False, ("*",))
    assert "processes are not allowed" in error.message
    assert error.outcome.value == "forbidden"
