"""One person once: which two records are probably of the same person, and when they may become one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from shared.errors import Reason, reason_given

LIKELY = 0.6
"""From here a pair is shown to a person, who decides."""
_NAME = {"same": 0.5, "sound": 0.4, "character": 0.25}
_PHONE, _BIRTH, _UNIT, _COUNTY, _GENDER = 0.45, 0.35, 0.2, 0.1, 0.05
_OTHER_BIRTH, _OTHER_GENDER = 0.1, 0.3


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What can be compared of a record. ``sound`` is the name's pinyin without tones, so that traditional and
    simplified characters and homophones sound alike; phone and birth date are keyed hashes, empty when unknown."""

    id: str
    name: str
    sound: str
    gender: str
    unit_code: str
    division: str
    phone_key: str
    birth_key: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two records are one person, from 0 to 1 and beyond, and why."""

    score: float
    reasons: tuple[Reason, ...]


def name_likeness(one: RecordFacts, other: RecordFacts) -> str:
    """``same`` name, same ``sound``, one ``character`` different, or nothing."""
    if one.name == other.name:
        return "same"
    if one.sound and one.sound == other.sound:
        return "sound"
    if len(one.name) == len(other.name) and sum(a != b for a, b in zip(one.name, other.name, strict=True)) == 1:
        return "character"
    return ""


def likeness(one: RecordFacts, other: RecordFacts) -> Likeness:
    """Adds what speaks for one person and takes off what speaks against it. Without a like name: 0."""
    name = name_likeness(one, other)
    if not name:
        return Likeness(0, ())
    points = [(_NAME[name], _NAMED[name])]
    points += [(weight, reason) for weight, reason in _alike(one, other)]
    return Likeness(round(sum(weight for weight, _ in points), 2), tuple(reason for _, reason in points))


_NAMED = {
    "same": Reason("same.name", "姓名相同", "The same name"),
    "sound": Reason("same.sound", "姓名读音相同（含繁简体、同音字）", "Names sound the same"),
    "character": Reason("same.character", "姓名只有一字之差", "Names differ by one character"),
}


def _alike(one: RecordFacts, other: RecordFacts) -> Iterable[tuple[float, Reason]]:
    if one.phone_key and one.phone_key == other.phone_key:
        yield _PHONE, Reason("same.phone", "联系电话相同", "The same phone")
    if one.birth_key and other.birth_key:
        if one.birth_key == other.birth_key:
            yield _BIRTH, Reason("same.birth", "出生日期相同", "The same birth date")
        else:
            yield -_OTHER_BIRTH, Reason("other.birth", "出生日期不同", "Another birth date")
    if one.unit_code and one.unit_code == other.unit_code:
        yield _UNIT, Reason("same.unit", "工作单位相同", "The same unit")
    elif one.division[:6] == other.division[:6]:
        yield _COUNTY, Reason("same.county", "同一区县", "The same county")
    if one.gender and other.gender:
        if one.gender == other.gender:
            yield _GENDER, Reason("same.gender", "性别相同", "The same gender")
        else:
            yield -_OTHER_GENDER, Reason("other.gender", "性别不同", "Another gender")


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """Two records that are to be one. ``places``: teams on whose roster each is or was, ``claims``: (round, order)
    that each leads a claim for; ``nominated``: rounds;
    ``reviews``: panels of reviewers and teams that each reads the claim of; ``live`` and ``limit``: places held in live or proposed teams, and how many one
    person may hold."""

    same: bool
    merged: bool
    places: tuple[Collection[str], Collection[str]] = ((), ())
    claims: tuple[Collection[str], Collection[str]] = ((), ())
    nominated: tuple[Collection[str], Collection[str]] = ((), ())
    reviews: tuple[Collection[str], Collection[str]] = ((), ())
    live: int = 0
    limit: int = 1
    reason: str = ""


def merge_obstacles(facts: MergeFacts) -> Iterable[Reason]:
    """Everything that keeps two records from becoming one."""
    if facts.same:
        yield Reason("person.merge_self", "不能与自身合并", "A record cannot be merged into itself", "/into")
    if facts.merged:
        yield Reason("person.merged", "其中一条记录已被合并", "One of them is merged already", "/into")
    if both := set(facts.places[0]) & set(facts.places[1]):
        yield Reason(
            "person.same_team",
            f"两人同在{len(both)}个团队的名单上，须先调整名单",
            f"Both are on the roster of {len(both)} team(s); change the rosters first",
            "/into",
        )
    if set(facts.claims[0]) & set(facts.claims[1]):
        yield Reason("person.same_claim", "两人就同一订单分别申报", "Both lead a claim on the same order", "/into")
    if set(facts.nominated[0]) & set(facts.nominated[1]):
        yield Reason(
            "person.same_nomination", "两人在同一批次均被推荐", "Both are nominated for the same round", "/into"
        )
    if set(facts.reviews[0]) & {*facts.reviews[1], *facts.places[1]} or set(facts.places[0]) & set(facts.reviews[1]):
        yield Reason(
            "person.same_review",
            "两人同在一个评审组，或一人评审另一人的团队，须先调整评审",
            "Both are reviewers of one panel, or one reviews the other's team; change the reviews first",
            "/into",
        )
    if facts.live > facts.limit:
        yield Reason(
            "person.merge_busy",
            f"合并后将在{facts.live}个在服务或拟入选的团队中，上限为{facts.limit}个",
            f"Together they hold places in {facts.live} live or proposed teams, the limit is {facts.limit}",
            "/into",
        )
    yield from reason_given("person.reason_missing", facts.reason)
