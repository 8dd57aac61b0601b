"""The assessment service's section."""

from dataclasses import dataclass

from shared.contracts.policy.base import DEFAULT, parameter
from shared.contracts.policy.benefits import BenefitPolicy
from shared.contracts.policy.scorecard import SCORECARDS, Scorecard

NORMALISATIONS = ("none", "zscore", "percentile")
ASSESSORS_RULES = ("median", "trimmed_mean")


@dataclass(frozen=True, slots=True)
class AssessmentPolicy(BenefitPolicy):
    scorecard: Scorecard = parameter(  # noqa: RUF009 -- as frozen as the others
        SCORECARDS["yearly"], unit="sections, items and points", source=DEFAULT, zh="考核表", en="scorecard"
    )
    reservations_points: int = parameter(
        60,
        unit="points of 100",
        source=DEFAULT,
        zh="派出单位意见“基本同意”折算分",
        en="what the sending unit's agreement with reservations counts as (agreed 100, not agreed 0)",
    )
    district_normalisation: str = parameter(
        "none",
        unit="none, zscore or percentile",
        source=DEFAULT,
        zh="区县评分校正方式",
        en="how the scores of different districts are made comparable",
    )
    district_least: int = parameter(
        5,
        unit="scores",
        source=DEFAULT,
        zh="区县评分校正所需最少评分数",
        en="scores that a district must have given before they are normalised",
    )
    assessors_per_team: int = parameter(
        3, unit="assessors", source=DEFAULT, zh="每个团队的市级评审专家人数", en="assessors of each team"
    )
    teams_per_assessor: int = parameter(
        50, unit="teams", source=DEFAULT, zh="每名评审专家最多评审团队数", en="most teams that one assessor is given"
    )
    assessors_rule: str = parameter(
        "median",
        unit="median or trimmed_mean",
        source=DEFAULT,
        zh="评审专家评分合成方式",
        en="how the scores of several assessors become one",
    )
    excellent_from: int = parameter(90, unit="points", source=DEFAULT, zh="优秀分数线", en="total from which excellent")
    qualified_from: int = parameter(60, unit="points", source=DEFAULT, zh="合格分数线", en="total from which qualified")
    excellent_cap_percent: int = parameter(
        15, unit="percent of assessed teams", source=DEFAULT, zh="优秀比例上限", en="cap of excellent teams"
    )
    excellent_cap_least: int = parameter(
        1, unit="teams", source=DEFAULT, zh="优秀名额下限", en="fewest excellent places"
    )
    part_days: int = parameter(
        30, unit="days", source=DEFAULT, zh="考核材料提交期限", en="days to hand in a part of the assessment"
    )
    reminder_days: int = parameter(
        7, unit="days (0: no reminder)", source=DEFAULT, zh="提交期限前提醒天数", en="days before that, then a reminder"
    )
    notice_working_days: int = parameter(
        5, unit="working days", source=DEFAULT, zh="公示期", en="length of a public notice"
    )
    objection_answer_days: int = parameter(
        10, unit="working days", source=DEFAULT, zh="异议答复期限", en="time to answer an objection"
    )
    objection_extensions: int = parameter(
        1, unit="times", source=DEFAULT, zh="异议延期次数", en="extensions of that time"
    )
    rectification_days: int = parameter(180, unit="days", source=DEFAULT, zh="整改期限", en="time to rectify")
    follow_up_months: tuple[int, ...] = parameter(
        (6, 12), unit="months after a team's end", source=DEFAULT, zh="服务结束后回访", en="follow-up visits"
    )
    follow_up_days: int = parameter(
        60, unit="days", source=DEFAULT, zh="回访登记期限", en="time to record a follow-up visit"
    )
