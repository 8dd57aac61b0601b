"""Yuan taken for fen, or fen for yuan: an amount exactly 100 times what was to be expected, or a hundredth of it. It may
be right all the same, so it is a warning and stops nothing. Pure."""

from shared.amounts import figures
from shared.errors import Reason

KIND = ("疑似元、分填错", "Looks like yuan taken for fen")


def slipped(amount_fen: int, expected_fen: int) -> bool:
    """Whether the one is exactly 100 times the other; of nothing there is no telling."""
    return min(amount_fen, expected_fen) > 0 and (amount_fen == 100 * expected_fen or expected_fen == 100 * amount_fen)


def warnings(amount_fen: int, *expected_fen: int) -> list[Reason]:
    """What a person should look at again: the amount against each that it could have been."""
    return [
        Reason(
            "amount.slip",
            f"{figures(amount_fen)}元与{figures(one)}元恰差100倍，请核对元、分",
            f"{figures(amount_fen)} yuan is 100 times more or less than {figures(one)}: yuan or fen?",
            "/amount_fen",
        )
        for one in dict.fromkeys(expected_fen)
        if slipped(amount_fen, one)
    ]
