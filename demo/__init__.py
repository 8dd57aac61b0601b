"""A year of the programme, lived through the public REST doors as its people would live it.

A client like any other: it knows the addresses and the Excel files, and imports nothing of the system but the one file
with which any visitor verifies what is published.

    folder.py      what the four Excel files of a round folder say
    shift.py       the same folder in a later year
    plan.py        on which day of that year what happens
    scorecard.py   the grades that the regulation gives, worked out from the files alone
    client.py      one HTTP client: a token per person, the same key on every retry
    acts/          the year, act by act: opening, claims, selection (with notices), service, rating, money, benefits and
                   certificates, rectifications, reports, visits, closing, verification, and the figures at the end
    year.py        who takes part, and what the system has called them so far
    __main__.py    the acts in order, the table, the last line
    modes/         other programmes and directions, a module each, with invented data; cast.py: who takes part in them
    stage.py       the progress bar, or plain lines
    seed.py        an open round with published orders, for someone who wants to try things
    make_round.py  further round folders: any province, any number of teams (invent.py, workbooks.py)
"""
