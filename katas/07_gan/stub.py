"""Kata 07: a generative adversarial network that draws digits.

Two networks, trained against each other: the generator turns random numbers into pictures, the discriminator
says how likely a picture is real. Nobody ever tells the generator what a digit is.

Fill in the three functions. Any package that is installed may be used, but no pretrained weights. What the
judge calls, and what it may rely on:

- Arrays arrive as fresh, writable copies; changing them is harmless. Pictures are float32 in [0, 1], dark
  background, bright strokes. All of them may be mirrored or turned by quarters, in the same way: then your
  generator draws them so too, and the judge turns them back before it looks.
- Training and drawing happen in different processes. Only what `model.get_weights()` returns is carried over
  (moving averages of batch norm included); the models are built afresh with your own functions, and called as
  `model(x, training=False)`. Globals and files are gone by then. A temporary folder for files is there.
- Everything that `train` does counts as training time, in CPU seconds. The import and the two `build_...`
  functions have a small limit of their own.
"""

import numpy as np

# How many random numbers the generator gets for one picture. The judge uses this size.
LATENT_SIZE = 64

# How many pictures `train` gets. In one short check it gets 300, all of one digit: let the number of steps follow
# from `len(x)`, as epochs do, or that check takes as long as the training itself.
#
# 342 CPU seconds are allowed on the machine that counts as 1.0 (`katas check` shows how many on yours), but judging takes
# as long as your training: two epochs in batches of 64, with 32 channels at 7 x 7, are enough.
TRAINING_ROWS = 60_000


def build_generator(latent_size: int):
    """The network that draws.

    Args:
        latent_size: how many numbers z has, `LATENT_SIZE`.

    Returns:
        A Keras model from z, (n, latent_size) float32, drawn from a standard normal distribution, to pictures
        (n, 28, 28), every value in [0, 1]. In inference mode a picture follows from its own z alone: the same
        z gives the same picture, whatever else is in the batch.
    """
    raise NotImplementedError("from random numbers to pictures")


def build_discriminator():
    """The network that judges.

    Returns:
        A Keras model from pictures (n, 28, 28) float32 to the probability that each is real, (n, 1), in [0, 1].
    """
    raise NotImplementedError("from pictures to the probability that they are real")


def train(generator, discriminator, x: np.ndarray):
    """Train both networks in place, against each other.

    Args:
        generator: what `build_generator` returned, untrained.
        discriminator: what `build_discriminator` returned, untrained.
        x: real pictures, (n, 28, 28) float32 in [0, 1]; no labels.

    Returns:
        None, or a dict of lists (one number per epoch, such as both losses): the report then draws the curves.
        With a key "snapshots", pictures (k, n, 28, 28) of the same n z at k moments, the report shows how they came.
    """
    raise NotImplementedError("the two networks, step by step against each other")
