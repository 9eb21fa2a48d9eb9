"""What the network is sure of."""

import numpy as np
import pytest

pytestmark = [pytest.mark.picture, pytest.mark.training]
SHOWN = 8


def test_surest(show, pictures, answers):
    """surest right and surest wrong pictures"""
    p = np.asarray(answers, float).reshape(-1)
    right = (p > 0.5) == (pictures.y_hidden == 1)
    sure = np.argsort(-np.abs(p - 0.5))
    rows = [[row for row in sure if right[row] == wanted][:SHOWN] for wanted in (True, False)]
    show.images(
        "surest answers",
        [pictures.as_they_were(pictures.hidden[row]) / 255 for row in rows if row],
        caption="Above the hidden pictures of which your network is surest and right, below those of which it is surest and "
        "wrong.",
        caption_ko="위는 신경망이 가장 확신하고 맞힌 그림, 아래는 가장 확신했지만 틀린 그림입니다.",
    )
