"""The contest's pages: made on the server, they work without script, in English and Korean.

app.py        the application: routes, limits, headers, errors
site.py       what every page needs: who asks, in which language, how a page is made
sessions.py   signed cookies, the token of forms        tries.py    how often codes may be tried
limits.py     how much a request may send               headers.py  what the browser is told
people.py     signing in and out, the language
pages.py      the participant's pages                   uploads.py  a form becomes a submission
boards.py     the board as page, JSON and CSV           live.py     news by server-sent events
organiser.py  the organiser's page and what he does     api.py      what `katas submit` talks to
texts*.py     all that the pages say
    tagged.py     answers with a tag                        writers.py  threads for those that write
    server.py     ends the streams when it is told to stop
"""
