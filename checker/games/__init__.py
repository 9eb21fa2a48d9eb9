"""Games that run in the judge and are served to a worker, step by step."""
