"""The regulation of rounds and orders. Pure."""
