"""How pictures are disguised in a run: one that learns does not notice, memorised pictures do not fit any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Images = np.ndarray[Any, Any]

# By name, functions of pictures (n, height, width) of equal sides. All pictures of a run get the same one.
DISGUISES: Mapping[str, Callable[[Images], Images]] = {
    "mirrored left to right": lambda images: images[:, :, ::-1],
    "mirrored top to bottom": lambda images: images[:, ::-1],
    "turned by 180 degrees": lambda images: images[:, ::-1, ::-1],
    "mirrored along the diagonal": lambda images: images.transpose(0, 2, 1),
    "mirrored along the other diagonal": lambda images: images[:, ::-1, ::-1].transpose(0, 2, 1),
    "turned to the left": lambda images: images.transpose(0, 2, 1)[:, ::-1],
    "turned to the right": lambda images: images.transpose(0, 2, 1)[:, :, ::-1],
}


def disguised(images: Images, data: Any, streams: Any, note: str = "") -> Images:
    """The pictures under the run's disguise, which goes into the record with `note` behind it.

    Args:
        images: (n, height, width).
        data, streams: the fixtures of a suite.
        note: what else is disguised, such as ", labels permuted".
    """
    name = sorted(DISGUISES)[streams.hidden("disguise").integers(len(DISGUISES))]
    data.note_disguise(f"images {name}{note}")
    return np.ascontiguousarray(DISGUISES[name](images))


def upright(images: Images, streams: Any) -> Images:
    """Pictures of the run as they were before `disguised`, for people; (n, height, width), of any type."""
    name = sorted(DISGUISES)[streams.hidden("disguise").integers(len(DISGUISES))]
    other = {"turned to the left": "turned to the right", "turned to the right": "turned to the left"}
    return np.ascontiguousarray(DISGUISES[other.get(name, name)](images))
