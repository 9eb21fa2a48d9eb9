"""The data that a suite is given: read from the cache, verified, and named in the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from checker.judging.host.worker import SharedArray
from checker.languages.texts import say
from checker.units import MB
from checker.verdict import DataSource


class GivenData:
    """The `data` fixture. Everything is loaded when it is first asked for, and once."""

    def __init__(self, choice: str | None, tier: str, on_phase: Callable[[str], None]) -> None:
        self._choice = choice
        self._tier = tier
        self._on_phase = on_phase
        self._loaded: dict[Any, Any] = {}
        self.sources: list[DataSource] = []
        self.disguises: list[str] = []

    def mnist(self) -> Any:
        """MNIST: `images` uint8 (70000, 28, 28) and `labels` uint8 (70000,), read-only."""
        if "mnist" not in self._loaded:
            from checker.datasets import mnist

            self._loaded["mnist"] = found = mnist.load(progress=self._progress(say("fetching MNIST")))
            self.sources.append(DataSource("MNIST", found.source, found.sha256))
        return self._loaded["mnist"]

    def cats_dogs(self, size: int, **options: Any) -> Any:
        """Cats and dogs at `size` x `size` pixels (see `checker.datasets.cats_dogs.load`)."""
        key = ("cats_dogs", size, tuple(sorted(options.items())))
        if key not in self._loaded:
            from checker.datasets import cats_dogs

            self._loaded[key] = found = cats_dogs.load(
                size, self._choice, progress=self._progress(say("preparing the pictures")), **options
            )
            self.sources.append(DataSource(say("cats and dogs"), found.source, found.sha256))
        return self._loaded[key]

    def cartpole(self, secret: int) -> Any:
        """CartPole under a disguise drawn from `secret` (see `Streams.number`), played in the judge."""
        from checker.games.cartpole import CartPoleGame

        return CartPoleGame(secret)

    def digit_features(self) -> Any:
        """The network whose features measure how much drawn digits are like real ones."""
        if "digit_features" not in self._loaded:
            from checker.datasets.digit_features import DigitFeatures

            self._loaded["digit_features"] = DigitFeatures()
        return self._loaded["digit_features"]

    def share(
        self,
        array: np.ndarray[Any, Any],
        scale: float | None = None,
        dtype: str | None = None,
        shape: tuple[int, ...] | None = None,
    ) -> SharedArray:
        """An array for a worker that is too large for a message; there it is `asarray(array, dtype) * scale`."""
        return SharedArray(array, scale, dtype, shape)

    def note_source(self, name: str, source: str, sha256: str = "") -> None:
        """Put into the record where data comes from that the suite got by itself."""
        self.sources.append(DataSource(name, source, sha256))

    def note_disguise(self, text: str) -> None:
        """Put into the record how the data of this run was disguised."""
        if text not in self.disguises:
            self.disguises.append(text)

    def _progress(self, what: str) -> Callable[[int, int], None]:
        def progress(done: int, total: int) -> None:
            self._on_phase(
                say("{what}: {done:.0f} of {total:.0f} MB", what=what, done=done / MB, total=total / MB)
                if total > MB
                else say("{what}: {done} of {total}", what=what, done=done, total=total)
            )

        return progress
