"""What stands for a film where nothing may move."""

from __future__ import annotations

import io


def last_frame(content: bytes) -> bytes:
    """The last picture of an animation as PNG; empty for anything else."""
    from PIL import Image, UnidentifiedImageError

    try:
        film = Image.open(io.BytesIO(content))
        count = int(getattr(film, "n_frames", 1))
        if count < 2:
            return b""
        film.seek(count - 1)
        stream = io.BytesIO()
        film.convert("RGB").save(stream, "PNG", optimize=True)
    except (UnidentifiedImageError, OSError, ValueError):
        return b""
    return stream.getvalue()
