"""The random numbers of a run: one secret of the judge, and a stream of numbers for every name.

What is drawn from the stream of one name tells nothing of any other: each has a key of its own, the HMAC-SHA256 of its
name under the secret. So a number that a submission is given (the seed of a training, say) leads to nothing that is
hidden from it, whoever knows this file. The secret has 128 bits, never goes to a worker, and stands in the record only
once all is over. A seed that an author sets takes its place; such a run repeats, and counts for nothing.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SECRET_BITS = 128
MAX_SECRET = 2**SECRET_BITS - 1
# Seeds that are handed out fit wherever a submission may put them: np.random.seed takes no more.
HANDED_OUT_BITS = 32


@dataclass(frozen=True)
class Streams:
    """The streams of one run.

    Attributes:
        secret: a whole number from 0 to MAX_SECRET.
    """

    secret: int = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.secret <= MAX_SECRET:
            raise ValueError(f"a secret is a whole number from 0 to 2^{SECRET_BITS} - 1")

    def hidden(self, *name: str | int) -> np.random.Generator:
        """A generator for what stays hidden, or is shown without telling more: the same for the same name.

        Philox is a keyed counter. Of a generator with a state that moves on, enough numbers tell the next ones.
        """
        import numpy as np

        return np.random.Generator(np.random.Philox(key=self.number(*name)))

    def number(self, *name: str | int) -> int:
        """A number of 128 bits that stays in the judge, such as the secret of a game. The channel takes none so large."""
        return self._key("hidden", name, SECRET_BITS)

    def handed_out(self, *name: str | int) -> int:
        """A seed for the submission, 0 to 2^32 - 1."""
        return self._key("handed out", name, HANDED_OUT_BITS)

    def repeat(self, count: int) -> Streams:
        """The streams of the run after `count` others of the same judgement."""
        return self if count == 0 else Streams(self._key("repeat", (count,), SECRET_BITS))

    def _key(self, kind: str, name: tuple[str | int, ...], bits: int) -> int:
        secret = self.secret.to_bytes(SECRET_BITS // 8, "big")
        # As JSON ("a", "b") and ("a, b",) are two names.
        digest = hmac.digest(secret, json.dumps([kind, *name]).encode(), "sha256")
        return int.from_bytes(digest[: bits // 8], "big")


def draw_secret() -> int:
    """A fresh secret."""
    return secrets.randbits(SECRET_BITS)


def as_text(secret: int) -> str:
    """How a secret stands in a record: small ones in decimal, others in hexadecimal."""
    return str(secret) if secret < 2**HANDED_OUT_BITS else f"{secret:#034x}"


def from_text(text: str) -> int:
    """The secret that `as_text` wrote, or that an author chose.

    Raises:
        ValueError: it is none.
    """
    secret = int(text.strip(), 0)
    if not 0 <= secret <= MAX_SECRET:
        raise ValueError("out of range")
    return secret
