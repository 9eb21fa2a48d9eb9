"""The data of the katas: fetched once, checked by hash at every read, or rendered by the project itself.

Nothing is imported here: `checker.datasets.mnist` and `checker.datasets.cats_dogs` are asked for by name.
"""
