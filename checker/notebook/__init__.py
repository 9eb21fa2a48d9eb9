"""Notebooks: what of one is a submission (`reading`, `cells`, `needed`)."""
