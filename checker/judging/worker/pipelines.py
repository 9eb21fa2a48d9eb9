"""Input pipelines of TensorFlow that do not stand still.

Beside busy neighbours a `tf.data` pipeline, also the one inside `fit`, stops at times for up to a minute with every
thread waiting for another (glibc before 2.41 loses wake-ups, its bug 25847). With autotuning off it does not: the
threads that measure and adjust the pipeline are the ones that miss each other. `tests/benchmarks/standstill.md` has the
figures. What a pipeline yields is the same.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any


def without_autotuning() -> None:
    """From now on every pipeline that is iterated runs without autotuning, unless its own options ask for it."""
    import tensorflow as tf

    original = tf.data.Dataset.__iter__

    def steady(self: Any) -> Iterator[Any]:
        if self.options().autotune.enabled is not None:
            return original(self)  # type: ignore[no-any-return]
        options = tf.data.Options()
        options.autotune.enabled = False
        return original(self.with_options(options))  # type: ignore[no-any-return]

    tf.data.Dataset.__iter__ = steady


def copying_without_sendfile() -> None:
    """Let TensorFlow copy files as Python does: its own way is sendfile, which the sandbox refuses, and it knows no other.

    It copies the files that a saved model carries with it, such as vocabularies.
    """
    from tensorflow.python.framework import errors
    from tensorflow.python.lib.io import file_io

    def copy(source: bytes, target: bytes, overwrite: bool) -> None:
        if not overwrite and os.path.lexists(target):
            raise errors.AlreadyExistsError(None, None, "file already exists")
        try:
            shutil.copyfile(source, target)
        except FileNotFoundError as error:
            raise errors.NotFoundError(None, None, str(error)) from error

    file_io._pywrap_file_io.CopyFile = copy
