"""What the ledger's events are called. Pure."""

from services.funding.rules import instalment

_OWN = {
    "appropriate": ("预算下达或调增", "Appropriation set or increased"),
    "cut": ("预算调减", "Appropriation cut"),
    "carry_over": ("结转", "Carried over"),
    "lapse": ("结余收回", "Lapsed"),
    "reserve": ("预留", "Reserved"),
    "commit": ("承诺", "Committed"),
    "release_reserved": ("预留释放", "Reservation released"),
    "release_committed": ("承诺释放", "Commitment released"),
    "claim_back": ("列为应收回", "Claimed back"),
    "write_off": ("核销", "Written off"),
    "recover": ("收回", "Recovered"),
    "forgive": ("免予收回", "Forgiven"),
    "forgive_written_off": ("核销恢复", "Written-off money forgiven"),
    "reverse": ("冲销", "Reversed"),
}
BOOKED = {
    **{step.action: (step.zh, step.en) for step in instalment.LIFECYCLE.steps},
    **_OWN,
}
"""(Chinese, English) of every event that is booked; a test holds them against the chart."""


def booked(event: str) -> tuple[str, str]:
    """Its words; an event that has none yet stands for itself."""
    return BOOKED.get(event, (event, event))
