"""Judging: from a submission's bytes to a record.

Read in this order:

    snapshot.py     the submission is read once, as a regular file of at most 16 KiB
    session.py      one judgement: up to three runs, each in a judge process of its own, then the decision
    process.py      the judge process: runs a kata's hidden suite with pytest, isolated
    plugin.py       what a suite gets: the fixtures, and how a test becomes a check
    expect.py, given.py   what a suite expects of a result, and the data that it is given
    submission.py   what a suite sees of the learner's file: remote functions and workers
    worker_calls.py, remote_object.py   one worker: its calls, their budgets, the models that stay in it
    worker_process.py, channel.py   the process below: started, asked, timed, limited, ended
    waiting.py      what a call that does not compute waits for, how long it may, and whose fault that is
    processes.py    the CPU time and memory of a process tree, and its end
    worker/         what runs inside the worker's process, together with the submission
    sandbox/        what the operating system keeps from a worker, level by level
    decide.py       from runs to an outcome and stars: near a limit it is repeated, pooled, or left open

Judge and worker are different processes. Everything that decides the outcome (tests, hidden data, labels,
the clock) is in the judge; a worker only ever answers questions.
"""
