"""What a judgement looks like: every output is made from a record and from nothing else."""
