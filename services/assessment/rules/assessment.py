"""One team in one yearly cycle: parts come in, points are computed, a grade is given, shown and published."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from services.assessment.rules import grading
from services.assessment.rules.policy import Policy, Scorecard
from services.assessment.rules.scorecard import OPINIONS, Given
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, Reason, Refused, only_for, reason_given, require
from shared.lifecycle import Lifecycle, Step

Key = TypeVar("Key", bound=Hashable)

PART_ROLES = {
    "self_report": "expert",
    "unit_opinion": "unit",
    "host_rating": "host",
    "beneficiary_rating": "district",
    "district_score": "district",
}
"""Who hands in which part: the team's lead, the lead's unit, the order's host, the order's district."""
PARTS = {
    "self_report": "团队自评",
    "unit_opinion": "派出单位意见",
    "host_rating": "受援单位评分",
    "beneficiary_rating": "群众评分",
    "district_score": "区县评分",
}
OF_KINDS = {
    "host": "host_rating",
    "beneficiaries": "beneficiary_rating",
    "district": "district_score",
    "unit_opinion": "unit_opinion",
}
"""The part in which an item of the scorecard is said. What is on no card is read by those who grade."""
RATINGS = ("host_rating", "beneficiary_rating", "district_score")
"""Parts that are a number from 0 to 100; the others are a text."""

LIAISON = Actor(id="liaison", roles=frozenset({"host"}))
"""The host's liaison, whose rating on the phone the teams service tells."""
BY_PHONE = "liaison"
"""In what capacity such a part is handed in. It may be replaced until the deadline, by another one from the phone or by
the host's account; what the account said is not replaced from the phone."""

_HANDS_IN = tuple(sorted(set(PART_ROLES.values())))
UNSCORED = ("enrolled", "collecting")
"""Statuses in which it waits for its parts."""
_UNPUBLISHED = (*UNSCORED, "scored", "graded", "on_notice")

_RANKED = ("scored", "graded", "on_notice", "published")
"""Statuses with a total that stands."""

LIFECYCLE = Lifecycle(
    "assessment",
    {
        "enrolled": "已列入",
        "collecting": "收集材料",
        "scored": "已评分",
        "graded": "已定等次",
        "on_notice": "公示中",
        "published": "已公布",
        "excluded": "不再考核",
    },
    (
        Step("collect", ("enrolled",), "collecting", ("bureau",), "开始收集", "Collect"),
        Step("submit", ("collecting",), "collecting", _HANDS_IN, "提交", "Hand in"),
        Step("add_points", ("collecting",), "collecting", ("bureau",), "核定加分", "Add points"),
        Step("score", ("collecting",), "scored", ("bureau", "system"), "评分", "Score"),
        Step("grade", ("scored", "graded", "published"), "graded", ("bureau",), "定等次", "Grade"),
        Step("override", ("graded",), "graded", ("bureau",), "调整等次", "Override"),
        Step("put_on_notice", ("graded",), "on_notice", ("system",), "公示", "Put on notice"),
        Step("reopen", ("on_notice",), "collecting", ("system",), "重新评分", "Reopen"),
        Step("publish", ("on_notice",), "published", ("bureau",), "公布", "Publish"),
        Step("correct", ("published",), "published", ("system",), "更正", "Correct"),
        Step("exclude", _UNPUBLISHED, "excluded", ("system",), "退出", "Exclude"),
    ),
)


@dataclass(frozen=True, slots=True)
class AssessmentFacts:
    """``parts``: the parts handed in so far; ``this_time``: those handed in since it was last opened (an
    upheld objection opens it again, and a part may then be put right once), without those from the phone;
    ``sheets_open``: assessors who have not scored yet."""

    status: str
    parts: frozenset[str] = frozenset()
    this_time: frozenset[str] = frozenset()
    parts_due_at: datetime | None = None
    computed: str | None = None
    given: str | None = None
    sheets_open: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What is handed in: a rating has a score (0-100), the others a text, the unit's opinion an answer besides."""

    part: str
    score: Decimal | None
    text: str
    answer: str = ""


def enrolled() -> str:
    """Where an assessment begins."""
    return "enrolled"


def collect(facts: AssessmentFacts, actor: Actor) -> str:
    """Parts may be handed in from now on."""
    return LIFECYCLE.after("collect", facts.status, actor)


def submit(facts: AssessmentFacts, part: Part, actor: Actor, now: datetime) -> str:
    """Parts come in any order until the deadline, each once, each from the one it belongs to."""
    if not actor.has(PART_ROLES[part.part]):
        roles = (PART_ROLES[part.part],)
        raise Forbidden(only_for("part.role", roles, PARTS[part.part], part.part, "/part"))
    status = LIFECYCLE.after("submit", facts.status, actor)
    require(submit_obstacles(facts, part, now))
    return status


def submit_obstacles(facts: AssessmentFacts, part: Part, now: datetime) -> Iterator[Reason]:
    """What stands against handing in this part now."""
    if part.part in facts.this_time:
        yield Reason("part.double", f"“{PARTS[part.part]}”已提交", f"{part.part} was handed in already", "/part")
    yield from open_obstacles(facts, now)
    yield from part_obstacles(part)


def open_obstacles(facts: AssessmentFacts, now: datetime) -> Iterator[Reason]:
    """Parts are taken until the deadline."""
    if facts.parts_due_at is not None and now >= facts.parts_due_at:
        yield Reason("part.late", "材料提交期限已过", "The deadline of the parts is over", "/part")


def part_obstacles(part: Part) -> Iterator[Reason]:
    """What is wrong with the part itself."""
    if part.part in RATINGS:
        yield from rating_obstacles(part.part, part.score)
    elif not part.text.strip():
        yield Reason("part.text", f"请填写“{PARTS[part.part]}”", f"{part.part} needs a text", "/text")
    elif part.part == "unit_opinion" and part.answer not in OPINIONS:
        answers, answers_en = "、".join(OPINIONS.values()), ", ".join(OPINIONS)
        yield Reason("part.answer", f"请选择意见：{answers}", f"The opinion is one of: {answers_en}", "/answer")
    elif part.score is not None:
        yield Reason("part.no_score", f"“{PARTS[part.part]}”不评分", f"{part.part} has no score", "/score")


def rating_obstacles(part: str, score: Decimal | None) -> Iterator[Reason]:
    """A rating is a number from 0 to 100."""
    if score is None:
        yield Reason("part.score", f"请填写“{PARTS[part]}”分数", f"{part} needs a score", "/score")
    elif not 0 <= score <= 100:
        yield Reason("part.range", f"“{PARTS[part]}”应为0至100分", f"{part} is from 0 to 100", "/score")


def add_points(facts: AssessmentFacts, given: Given, card: Scorecard, actor: Actor) -> str:
    """The bureau gives points for a manual item of the card, always with a reason; until it is scored it may give others
    instead."""
    status = LIFECYCLE.after("add_points", facts.status, actor)
    require(add_points_obstacles(given, card))
    return status


def manual_obstacles(card: Scorecard) -> Iterator[Reason]:
    """The card has something that the bureau judges."""
    if not any(item.kind == "manual" for item in card.items):
        yield Reason("points.none", "考核表没有核定项", "The scorecard has no item for points by hand")


def add_points_obstacles(given: Given, card: Scorecard) -> Iterator[Reason]:
    """An item that the bureau judges, points within its weight, and why."""
    item = next((i for i in card.items if i.kind == "manual" and i.code == given.code), None)
    if item is None:
        codes = [(i.code, *i.names) for i in card.items if i.kind == "manual"]
        zh, en = "、".join(f"{code}（{zh}）" for code, zh, _ in codes), ", ".join(f"{c} ({en})" for c, _, en in codes)
        yield Reason(
            "points.item",
            f"考核表没有此核定项，可用代码：{zh or '无'}",
            f"The scorecard has no such item; the codes are: {en or 'none'}",
            "/code",
        )
    elif not 0 <= given.points <= item.weight:
        yield Reason(
            "points.range", f"“{item.zh}”应为0至{item.weight}分", f"{item.en}: 0 to {item.weight} points", "/points"
        )
    yield from reason_given("points.reason", given.reason)


def score(facts: AssessmentFacts, card: Scorecard, actor: Actor, now: datetime) -> str:
    """Before the deadline only when every part that carries points is there; afterwards the policy's default
    stands in for the late ones, so that nobody waits for one host for ever."""
    status = LIFECYCLE.after("score", facts.status, actor)
    require(score_obstacles(facts, card, now))
    return status


def scored_parts(card: Scorecard) -> list[str]:
    """The parts that carry points on this card, in its order."""
    return [OF_KINDS[item.kind] for item in card.items if item.kind in OF_KINDS]


def owed_parts(card: Scorecard) -> list[str]:
    """What is asked for: texts, which those who grade read, and the ratings that carry points on this card."""
    return [part for part in PART_ROLES if part not in RATINGS or part in scored_parts(card)]


def score_obstacles(
    facts: AssessmentFacts, card: Scorecard, now: datetime, team: str = "", at: str = ""
) -> Iterator[Reason]:
    """``team`` and ``at``: which one it is, and its JSON pointer, when many are scored together."""
    if facts.parts_due_at is not None and now >= facts.parts_due_at:
        return
    zh, en = (f"{team}：", f"{team}: ") if team else ("", "")
    for part in scored_parts(card):
        if part not in facts.parts:
            yield Reason(
                "part.missing",
                f"{zh}提交期限未到，仍缺“{PARTS[part]}”",
                f"{en}the deadline is not over and {part} is missing",
                f"{at}/parts/{part}",
            )
    if facts.sheets_open and any(item.kind == "assessors" for item in card.items):
        yield Reason(
            "sheet.missing",
            f"{zh}提交期限未到，仍有{facts.sheets_open}名评审专家未评分",
            f"{en}the deadline is not over and {facts.sheets_open} assessor(s) have not scored",
            f"{at}/sheets",
        )


def more_obstacles(teams: int) -> Iterator[Reason]:
    """How many teams stand behind those that were named."""
    if teams > 0:
        yield Reason("part.missing_more", f"另有{teams}个团队材料不齐", f"Something is missing of {teams} more team(s)")


def grade(facts: AssessmentFacts, actor: Actor) -> str:
    """Graded with the whole cycle; one that is published comes here only when its computed grade changed."""
    return LIFECYCLE.after("grade", facts.status, actor)


def given_grade(facts: AssessmentFacts, computed: str) -> str:
    """The grade given: what is computed, unless a person gave another one for the same computed grade."""
    if facts.given and facts.given != facts.computed and computed == facts.computed:
        return facts.given
    return computed


def given_grades(facts: Mapping[Key, AssessmentFacts], computed: Mapping[Key, str], places: int) -> dict[Key, str]:
    """Of a whole cycle. Where more than ``places`` would be excellent by it, none is that only a person made so."""
    given = {key: given_grade(of, computed[key]) for key, of in facts.items()}
    if list(given.values()).count("excellent") > places:
        return {key: computed[key] if grade == "excellent" else grade for key, grade in given.items()}
    return given


def override(facts: AssessmentFacts, grade: str, reason: str, free_places: int, actor: Actor) -> str:
    """A person may give another grade with a reason; the computed one stays visible beside it. The cap of
    excellent teams binds people too."""
    status = LIFECYCLE.after("override", facts.status, actor)
    require(override_obstacles(facts, grade, reason, free_places))
    return status


def override_obstacles(facts: AssessmentFacts, grade: str, reason: str, free_places: int) -> Iterator[Reason]:
    """A reason, another grade, and a place among the excellent where that is wanted."""
    if not reason.strip():
        yield Reason("override.reason", "调整等次须说明理由", "Another grade needs a reason", "/reason")
    if grade == facts.given:
        yield Reason("override.same", "与现等次相同", "This is the grade already given", "/grade")
    elif grade == "excellent" and free_places <= 0:
        yield Reason("override.cap", "优秀名额已满", "No place for one more excellent team is left", "/grade")


def put_on_notice(facts: AssessmentFacts) -> str:
    """Grades are shown to society before they count."""
    return LIFECYCLE.after("put_on_notice", facts.status, SYSTEM)


def reopen(facts: AssessmentFacts) -> str:
    """An upheld objection: parts may be put right and it is scored again."""
    return LIFECYCLE.after("reopen", facts.status, SYSTEM)


def publish(facts: AssessmentFacts, actor: Actor) -> str:
    """An edition shows it; its consequences follow."""
    return LIFECYCLE.after("publish", facts.status, actor)


def correct(facts: AssessmentFacts) -> str:
    """What was published wrong is put right by a new edition, once two people have agreed."""
    return LIFECYCLE.after("correct", facts.status, SYSTEM)


def exclude(facts: AssessmentFacts) -> str:
    """A team that withdrew, was dissolved or lapsed is not graded any more."""
    return LIFECYCLE.after("exclude", facts.status, SYSTEM)


def excludable(status: str) -> bool:
    """Until its grade is published."""
    return status in _UNPUBLISHED


def check_shown(shown: bool) -> None:
    """A team, its unit and its host learn its points from the public notice on, not before."""
    if not shown:
        raise Refused(Reason("assessment.not_shown", "考核结果尚未公示", "The result is not on notice yet"))


def is_ranked(status: str) -> bool:
    """It has a total that stands."""
    return status in _RANKED


def is_assessed(status: str) -> bool:
    """Counts among those of which the excellent are a share, also while it is scored anew."""
    return status != "excluded"


def free_excellent_places(given: list[str], policy: Policy) -> int:
    """Places for excellent teams that the grades given so far leave free."""
    return grading.excellent_places(len(given), policy) - given.count("excellent")
