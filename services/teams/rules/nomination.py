"""A nomination (推荐人选): a dispatching unit puts its own people forward for a round. Who is nominated may claim;
nominating is the unit's consent. Whoever has matched nobody may be placed by the bureau on a free post ★."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.teams.rules.person import PersonFacts, willing_obstacles
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

SWITCH = "nomination"
STANDING = ("nominated", "matched", "placed", "unplaced")
"""Not withdrawn: the person is the unit's choice for this round, whatever has come of it."""
FREE = ("nominated", "unplaced")
"""Nobody has them yet."""

LIFECYCLE = Lifecycle(
    "nomination",
    {
        "nominated": "已推荐",
        "matched": "自主对接",
        "placed": "组织安排",
        "unplaced": "未对接",
        "withdrawn": "已撤回推荐",
    },
    (
        Step("match", FREE, "matched", ("system",), "自主对接成功", "Match", SWITCH),
        Step("place", FREE, "placed", ("system",), "组织安排落实", "Place", SWITCH),
        Step("release", ("matched", "placed"), "nominated", ("system",), "恢复待对接", "Release", SWITCH),
        Step("unplace", ("nominated",), "unplaced", ("system",), "未对接", "Leave unplaced", SWITCH),
        Step("withdraw", FREE, "withdrawn", ("unit", "bureau"), "撤回推荐", "Withdraw", SWITCH),
    ),
)


@dataclass(frozen=True, slots=True)
class NominatedRound:
    """What a nomination looks at in its round. ``phase``: open, closed, decided, …"""

    division: str
    phase: str
    switches: tuple[str, ...]

    @property
    def nominates(self) -> bool:
        return SWITCH in self.switches


def authority(round_: NominatedRound, actor: Actor) -> None:
    """A bureau acts in rounds of its own division. Raises :class:`Forbidden`."""
    if actor.has("bureau") and not actor.has("unit") and not actor.covers(round_.division):
        raise Forbidden(Reason("nomination.division", "批次不在本机构辖区内", "The round is not of your division"))


def round_obstacles(round_: NominatedRound) -> Iterator[Reason]:
    """People are put forward while the round is open, where its mode asks units for that."""
    if not round_.nominates:
        yield Reason(
            "nomination.not_asked", "本批次不设推荐人选环节", "This round does not ask units to nominate", "/round_id"
        )
    elif round_.phase != "open":
        yield Reason("nomination.round_closed", "本批次推荐已截止", "The round takes no more nominations", "/round_id")


def person_obstacles(person: PersonFacts, unit_code: str, actor: Actor) -> Iterator[Reason]:
    """A unit nominates its own people; the bureau puts in the lists that units handed to it."""
    if not (actor.has("bureau") or (actor.has("unit") and actor.unit and actor.unit == unit_code)):
        yield Reason(
            "nomination.not_own", f"{person.name}不是本单位人员", f"{person.name} is not of your unit", "/person_id"
        )
    if not unit_code:
        yield Reason(
            "nomination.no_unit",
            f"{person.name}未登记派出单位，无从推荐",
            f"{person.name} has no unit that could nominate",
            "/person_id",
        )
    yield from willing_obstacles(person, "/person_id")


def nominate(round_: NominatedRound, person: PersonFacts, unit_code: str, actor: Actor) -> str:
    """A unit puts one of its people forward ★; that is its consent to whatever post comes of it."""
    authority(round_, actor)
    require([*round_obstacles(round_), *person_obstacles(person, unit_code, actor)])
    return "nominated"


def withdraw(status: str, unit_code: str, actor: Actor, reason: str, held: bool) -> str:
    """The unit takes its word back, with a reason, as long as nobody counts on the person. ``held``: a claim of
    theirs is proposed or on notice."""
    after = LIFECYCLE.after("withdraw", status, actor)
    if not actor.has("bureau") and actor.unit != unit_code:
        raise Forbidden(Reason("nomination.unit_only", "仅限推荐单位撤回", "Only the unit that nominated withdraws"))
    require(_withdraw_obstacles(reason, held))
    return after


def _withdraw_obstacles(reason: str, held: bool) -> Iterator[Reason]:
    yield from reason_given("nomination.reason_missing", reason)
    if held:
        yield Reason(
            "nomination.held",
            "该人选已拟入选或正在公示，须先撤回其申报",
            "A claim of this person is proposed or on notice: withdraw that first",
            "/status",
        )


def match(status: str) -> str:
    """A claim of their own is confirmed: mutual choice found them a post ★."""
    return LIFECYCLE.after("match", status, SYSTEM)


def place(status: str) -> str:
    """The post on which the bureau placed them is confirmed ★."""
    return LIFECYCLE.after("place", status, SYSTEM)


def release(status: str) -> str:
    """The team that had them ended: they are free again."""
    return LIFECYCLE.after("release", status, SYSTEM)


def unplace(status: str) -> str:
    """The round is decided, and nobody has them."""
    return LIFECYCLE.after("unplace", status, SYSTEM)


def claim_obstacles(nominated: bool | None, name: str) -> Iterable[Reason]:
    """In a round with nominations only nominated people claim. None: the round asks for none."""
    if nominated is False:
        yield Reason(
            "team.not_nominated",
            f"{name}未经派出单位推荐，不能申报",
            f"{name} has not been nominated by a unit",
            "/members",
        )
