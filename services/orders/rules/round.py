"""A round (批次): one year's run of the programme. Its window ends at an hour of Asia/Shanghai, by the clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.actor import Actor, prefix
from shared.errors import Forbidden, Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "round",
    {
        "draft": "筹备",
        "open": "开放申报",
        "closed": "申报截止",
        "decided": "已确定",
        "running": "服务中",
        "assessed": "已考核",
        "archived": "已归档",
    },
    (
        Step("open", ("draft",), "open", ("bureau",), "开放申报", "Open"),
        Step("close", ("open",), "closed", ("bureau", "system"), "截止申报", "Close"),
        Step("decide", ("closed",), "decided", ("bureau",), "确定名单", "Decide"),
        Step("start", ("closed", "decided"), "running", ("system",), "开始服务", "Start"),
        Step("assess", ("running", "decided"), "assessed", ("system",), "完成考核", "Assess", "rating", skip=True),
        Step("assess", ("closed",), "assessed", ("system",), "完成考核", "Assess", "rating"),
        Step("archive", ("assessed",), "archived", ("bureau",), "归档", "Archive"),
    ),
)


@dataclass(frozen=True, slots=True)
class RoundFacts:
    status: str
    division: str
    opens_at: datetime
    closes_at: datetime
    switches: tuple[str, ...] | None = None
    """The optional rows that its mode turns on; None: all."""


def check_bureau(division: str, actor: Actor) -> None:
    """A bureau acts within its own division only."""
    if actor.has("bureau") and not actor.covers(division):
        raise Forbidden(Reason("round.division", "不在本机构辖区内", "Outside your division"))


def draft_obstacles(opens_at: datetime, closes_at: datetime, now: datetime) -> Iterator[Reason]:
    """A window opens before it closes, and closes in the future."""
    if closes_at <= opens_at:
        yield Reason("round.window", "截止时间须晚于开放时间", "The window must close after it opens", "/closes_at")
    if closes_at <= now:
        yield Reason("round.past", "截止时间已过", "The window would close in the past", "/closes_at")


def draft(division: str, opens_at: datetime, closes_at: datetime, actor: Actor, now: datetime) -> str:
    """A municipal bureau prepares a round for its division."""
    check_bureau(division, actor)
    require(draft_obstacles(opens_at, closes_at, now))
    return "draft"


def edit_obstacles(status: str, changes: set[str]) -> Iterator[Reason]:
    """A draft may change; an open round is pinned but for its name and its key places, which nobody relies on."""
    free = {"draft": changes, "open": {"name", "key_places"}}.get(status, {"name"})
    if changes - free:
        yield Reason("round.pinned", "批次开放后不能修改", "An open round is pinned", "/status")


def key_place_obstacles(division: str, codes: list[str], unknown: list[str]) -> Iterator[Reason]:
    """Key places are counties and towns that the division data know, within the round's own division, named once."""
    own = prefix(division)
    for at, code in enumerate(codes):
        where = f"/key_places/{at}"
        if code in unknown:
            yield Reason("division.unknown", f"未知的区划代码{code}", f"Unknown division code {code}", where)
        elif not code.startswith(own) or len(prefix(code)) not in (6, 9):
            yield Reason(
                "round.key_place",
                f"{code}不是本辖区的区县或乡镇",
                f"{code} is no county or town of the division",
                where,
            )
        elif code in codes[:at]:
            yield Reason("round.key_place_twice", f"{code}重复", f"{code} is named twice", where)


def open_obstacles(round: RoundFacts, now: datetime) -> Iterator[Reason]:
    """Opened when its window has begun and not ended."""
    if now < round.opens_at:
        yield Reason(
            "round.too_early",
            f"未到开放时间（{round.opens_at:%Y-%m-%d %H:%M}）",
            f"Opens at {round.opens_at:%Y-%m-%d %H:%M}",
            "/opens_at",
        )
    if now >= round.closes_at:
        yield Reason("round.too_late", "已过截止时间", "Its window has ended", "/closes_at")


def open(round: RoundFacts, actor: Actor, now: datetime) -> str:
    """The bureau opens the round to all of society ★; from here the policy set is pinned."""
    check_bureau(round.division, actor)
    after = LIFECYCLE.after("open", round.status, actor, round.switches)
    require(open_obstacles(round, now))
    return after


def close(round: RoundFacts, actor: Actor, now: datetime) -> str:
    """The clock closes the window; a bureau may close it early."""
    check_bureau(round.division, actor)
    return LIFECYCLE.after("close", round.status, actor, round.switches)


def decide(round: RoundFacts, actor: Actor, now: datetime) -> str:
    """The bureau declares the selection finished; claims that were not confirmed or on notice end here."""
    check_bureau(round.division, actor)
    return LIFECYCLE.after("decide", round.status, actor, round.switches)


def start(round: RoundFacts, actor: Actor, now: datetime) -> str:
    """The first team with a signed agreement, or in service where none is signed, makes the round run."""
    return LIFECYCLE.after("start", round.status, actor, round.switches)


def assess(round: RoundFacts, actor: Actor, now: datetime) -> str:
    """Assessed when all its cycles are."""
    return LIFECYCLE.after("assess", round.status, actor, round.switches)


def archive(round: RoundFacts, actor: Actor, now: datetime) -> str:
    """The bureau closes the file."""
    check_bureau(round.division, actor)
    return LIFECYCLE.after("archive", round.status, actor, round.switches)
