"""The regulation of claims and teams, readable without knowing a database. Pure."""
