"""``make run``: the whole system on one machine that has nothing but Python, under one supervisor.

``python -m deploy.local --data ./var --port 8080``

options.py     what it is told                      keys.py        secrets, made once per data folder
folder.py      the data folder: lock, run.json      ports.py       free loopback ports
postgres.py    PostgreSQL from its wheel            programs.py    every process: command, settings, readiness
child.py       one process: start, restart, end     privileges.py  what happens between fork and exec
supervisor.py  start order, watching, ending        output.py      prefixed lines, log file
within.py      a `jiedan` command with the settings of the system that runs in a data folder
measure.py     seconds of a start, memory of the whole system
demo.py        the demo against that system, or against one that runs for its sake
"""
