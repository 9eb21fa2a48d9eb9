"""What runs in the worker's process, beside the submission.

This code shares its process with a stranger's, so nothing here is trusted by the judge: it can make an
honest submission's life easy, but no decision depends on it.
"""
