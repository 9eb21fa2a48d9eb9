"""The smallest worker: says that it came up inside its sandbox."""

from __future__ import annotations

READY = "inside, with NumPy"

if __name__ == "__main__":
    import numpy

    print(READY, len(numpy.zeros(1)), flush=True)
