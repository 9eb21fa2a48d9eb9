"""The checker: judges a learner's solution to a kata, fairly and without trusting it."""

__version__ = "0.1.0"
