"""Units in which sizes are told and limited."""

# As disks and memory are sold, and as people read it.
MB = 10**6
