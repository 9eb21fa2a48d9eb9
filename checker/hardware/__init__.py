"""The machine: what it has, and how fast it is in CPU seconds.

`probe` looks at cores, memory and GPUs, `threads` says what a worker's libraries may use, `workloads` is
the work that is timed, `calibration` turns its times into factors, and `describe` puts it all together for
`katas doctor`. Nothing here imports NumPy or TensorFlow into the caller's process.
"""
