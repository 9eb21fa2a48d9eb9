"""The learner's side: the workspace, its ledger, what is unlocked, and one judged attempt."""
