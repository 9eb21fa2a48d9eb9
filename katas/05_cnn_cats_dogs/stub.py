"""Kata 05: a convolutional network that tells cats from dogs.

Fill in the two functions. Any package that is installed may be used, but no pretrained weights: the network
starts from random numbers. What the judge calls, and what it may rely on:

- Pictures are float32 in [0, 1], (n, h, w, 3). They arrive as fresh, writable copies; changing them is harmless.
- In one run all of them may be mirrored, turned upside down, and have their colour channels exchanged, all in the
  same way, and cats may be class 1 or class 0. So class 1 is what the labels say, and nothing else.
- Training and judging happen in different processes. Only what `model.get_weights()` returns is carried over
  (moving averages of batch norm included); the model is built afresh with your own `build`, and called as
  `model(x, training=False)` in batches. Globals and files are gone by then. The current folder is a temporary one:
  write checkpoints there ("best.keras"), not into /tmp. Threads are free, processes cannot be started.
- Everything that `train` does counts as training time, in CPU seconds. The import and `build` have a small
  limit of their own.
- At most 5,000,000 parameters.
"""

import numpy as np

# How many pictures `train` gets (on a computer without a GPU), by where they come from: the report says which
# it was. In one short check it gets 200: let the number of steps follow from `len(x_train)`, as epochs do, or
# that check takes as long as the training itself.
TRAINING_ROWS = {"drawn": 3_600, "photos": 1_800, "full": 6_000}


def build(image_shape: tuple[int, int, int]):
    """The network.

    Args:
        image_shape: (height, width, 3) of the pictures: (32, 32, 3) as a rule, (64, 64, 3) where a GPU does the
            work. Take it from here: the star "robust" asks for other squares from 32 pixels on, too.

    Returns:
        A Keras model, untrained, from pictures (n, height, width, 3) float32 in [0, 1] to the probability of
        class 1, (n, 1), in [0, 1]. In inference mode the answer to a picture follows from that picture alone.
    """
    raise NotImplementedError("one probability for each picture: start with lesson.md")


def train(model, x_train: np.ndarray, y_train: np.ndarray, x_val: np.ndarray, y_val: np.ndarray):
    """Train the model in place.

    Args:
        model: what `build` returned, untrained.
        x_train: pictures (n, h, w, 3) float32 in [0, 1].
        y_train: their classes (n,) int64, 0 or 1, about as many of each.
        x_val: a sixth as many other pictures, to watch the training with. Learning from them, too, is allowed.
        y_val: their classes.

    Returns:
        Nothing, or a Keras `History` or a dict of lists of numbers, one per epoch: the report draws them.
    """
    raise NotImplementedError("build the network first")
