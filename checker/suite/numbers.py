"""Random numbers that anyone may know: for experiments after a miss, which hide nothing and hand out nothing.

What a check hides is drawn from `streams.hidden`, and what a submission is given from `streams.handed_out`.
"""

from __future__ import annotations

import numpy as np


def known_numbers(name: str) -> np.random.Generator:
    """A generator that begins anew with each call, and differs from name to name."""
    return np.random.default_rng(list(name.encode()))
