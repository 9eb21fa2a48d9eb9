"""Grading a class: from whatever a teacher has on disk to a table, judged once, resumable at any moment.

Read in this order:

    intake.py    who handed in what: workspaces, single files, downloads of Canvas, Moodle and Gradescope
    archives.py  a zip file of a stranger, opened safely
    roster.py    who should have handed in
    store.py     the results as a folder: one file a judgement, one line an attempt, a lock
    batch.py     what is judged when, what is tried again, and when a host is given up
    engine.py    where judgements run: processes on this machine; one.py is such a process
    points.py    from a record to points
    tables.py    rows of the class, made of intake and store alone
    likeness.py  which submissions are alike beyond what a kata makes alike
    services.py  one record as Gradescope, Classroom 50 and GitHub want it
    exports.py   the files that a teacher's tools read
"""
