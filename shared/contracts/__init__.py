"""What services tell each other: one file per producer. Additive only; a breaking change is a ``.v2``."""
