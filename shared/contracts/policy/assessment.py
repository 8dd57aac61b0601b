"""The assessment service's section."""

from dataclasses import dataclass

from shared.contracts.policy.base import DEFAULT, NOTICE, parameter


@dataclass(frozen=True, slots=True)
class AssessmentPolicy:
    days_weight: int = parameter(40, unit="points", source=DEFAULT, zh="服务天数分值", en="points for days served")
    visits_weight: int = parameter(20, unit="points", source=DEFAULT, zh="服务次数分值", en="points for visits")
    results_weight: int = parameter(20, unit="points", source=DEFAULT, zh="目标完成分值", en="points for results")
    satisfaction_weight: int = parameter(
        20, unit="points", source=DEFAULT, zh="满意度分值", en="points for satisfaction"
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
    default_satisfaction: int = parameter(
        60, unit="points of 100", source=DEFAULT, zh="逾期未评的满意度", en="satisfaction when nobody rated in time"
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
    benefits: tuple[str, ...] = parameter(
        ("early_title_evaluation", "programme_priority"),
        unit="benefits",
        source=NOTICE,
        zh="政策待遇：提前一年申报职称、人才项目优先",
        en="benefits: title evaluation one year early, programme priority",
    )
