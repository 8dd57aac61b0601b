"""A state machine over the money: its world, what can happen in it, and what must hold after each step."""
