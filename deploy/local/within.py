"""Runs a command with the settings of the system that runs in a data folder.

``python -m deploy.local.within --data ./var [--service orders] -- python -m shared.cli status``
"""
