"""Judging: from a submission's bytes to a record.

What is common, in the order of a judgement:

    session.py        `judge`: one judgement, up to three runs, each in a judge process of its own, then the decision
    judge_process.py  that process as the session sees it; it may wait, ready, for the submission
    snapshot.py       the submission is read once: an entry and the modules beside it, at most 16 KiB in all
    streams.py        the secret of a run, and the random numbers drawn from it
    job.py            what a judge process is told
    decide.py         from runs to an outcome and stars: near a limit it is repeated, pooled, or left open; when a star is won
    side_by_side.py   several judgements at once: a core for each, none a disturbance to the others
    cell_places.py    which cell of a notebook a line of its source belongs to
    wire.py           the frames between a judge process and its workers: written, read and bounded

A folder for each process:

    suite/            the judge process: runs a kata's hidden suite
        __main__.py       reads the job, runs pytest isolated, reports
        plugin.py         the fixtures, and how a test becomes a check; which checks are run, and which wait
        expect.py         what a suite expects of a result; cases.py: several cases compared together, a miss and its causes
        data.py           the data that a suite is given
        submission.py     what a suite sees of the learner's file: remote functions and workers
    host/             the judge process's side of its workers
        circumstances.py  what a run's workers start with; a budget on this machine
        worker.py         one worker as a suite uses it: its calls and their budgets
        account.py        which CPU seconds count for which step
        remote_object.py  models and arrays that stay in a worker
        failures.py       why a question was not answered, as an outcome and a sentence
        worker_process.py the process: started, asked, ended
        watch.py          what is looked at during a call, and the limits
        waiting.py        what a call that does not compute waits for, how long it may, and whose fault that is
        process_tree.py   the CPU time and memory of a process and all it started, and its end
        proc_files.py     what the system tells of one process
        others.py         what other programs use meanwhile: a disturbance
        channel.py        the pipes; terminal_text.py: what was printed, as a terminal would show it
    worker/           the submission's process: loads the file, answers requests
    sandbox/          what the operating system keeps from a worker, level by level

Where is ...? A budget on this machine is decided in `host/circumstances.py`, `Circumstances.allowed_seconds`; its factor in
`catalog.Budget`. A frame is decoded in `wire.py`, `read_message`. A star is won in `decide.py`, `stars_of`; what is near a
limit, over it, disturbed, or run once more is decided there too.

Judge and worker are different processes. Everything that decides the outcome (tests, hidden data, labels, the clock) is in
the judge; a worker only ever answers questions.
"""
