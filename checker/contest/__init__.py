"""A contest of a club: teams hand in, the judge judges, a board says who stands where, and nothing accepted is lost.

Read in this order:

    settings.py     contest.toml
    tables.py       what the database holds; migrations/ brings an older one up
    database.py     SQLite or PostgreSQL: one writer at a time, a transaction is kept whole or not at all
    log.py          every change of state is a row of the log, in the same transaction
    clock.py        the time
    errors.py       what is refused, in a sentence
    views.py        what others get to see: plain data
    folders.py      the contest's folder: contest.toml, keys, database
    times.py        start, freeze and end as they are now
    teams.py        teams, their codes, and the organiser's
    standings.py    which katas are open to a team; how many attempts it has left
    submitting.py   a submission is accepted
    queue.py        who judges what: leases, losses, fairness
    judges.py       from the queue to an engine and back; judge_process.py is the process that does it
    results.py      a record's figures; snapshots.py and plain.py: sources and texts as the database takes them
    board.py        the board: one pure function
    history.py      what that function is given, from the database
    control.py      what an organiser does: pause, announce, extend, disqualify, reveal
    overview.py     how the contest stands: judges, queue, reasons to wait
    rejudging.py    judged beside, compared, applied or dropped
    final.py        the final: the best of each team once more with fresh secrets
    audit.py        which solutions are alike
    exports.py      the board as CSV, the records as lines of JSON
    verifying.py    the board anew from the records
    backup.py       a copy while it runs
    doctor.py       whether a contest can be held here
    services.py     `Contest`: all of this for pages and commands; organising.py is its organiser's half
    sheet.py        codes to print
    serving.py      `katas contest serve`: pages and judges
    web/            the pages

Accepted means committed, with the bytes. A result counts if its lease is the current one, and once.
"""
