"""The teams service's section: who may claim and lead, how is selected, what service needs."""

from dataclasses import dataclass

from shared.contracts.policy.base import DEFAULT, MODE, NOTICE, parameter


@dataclass(frozen=True, slots=True)
class Honour:
    """A recognised honour of a lead expert with the ways it is written."""

    name: str
    aliases: tuple[str, ...] = ()


HONOURS = (
    Honour("国务院政府特殊津贴专家", ("享受国务院政府特殊津贴专家", "国务院特殊津贴专家", "国贴专家")),
    Honour("国家有突出贡献中青年专家", ("国家有突出贡献的中青年专家",)),
    Honour("百千万人才工程国家级人选", ("国家百千万人才工程人选", "新世纪百千万人才工程国家级人选")),
    Honour("重庆英才计划优秀科学家", ("重庆英才·优秀科学家", "重庆英才优秀科学家")),
    Honour("市有突出贡献的中青年专家", ("重庆市有突出贡献的中青年专家", "市有突出贡献中青年专家")),
    Honour("市学术技术带头人", ("重庆市学术技术带头人",)),
)


CLEAR_POINTS = (
    "place",
    "content",
    "starts_on",
    "ends_on",
    "targets",
    "liaison_name",
    "liaison_phone",
    "agreed_days",
    "agreed_visits",
)
"""六个明确 ★ (lead and members are clear by the roster); days and visits are what a yearly rating measures against."""


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """One line of the score sheet: what reviewers give 0 to 100 points for, and how much it weighs."""

    code: str
    zh: str
    en: str
    weight: int
    guidance: str = ""


SCORE_SHEET = (
    ScoreItem("need", "需求契合度", "Fit with the need", 25, "方案是否针对订单所列问题，服务内容、方式与当地条件相符"),
    ScoreItem("plan", "方案可行性", "Feasibility of the plan", 25, "任务、时间、频次安排是否具体可行，经费是否合理"),
    ScoreItem("team", "团队实力", "Strength of the team", 20, "领衔专家与成员的专业水平、服务经历、分工是否胜任"),
    ScoreItem("results", "预期成效", "Expected results", 20, "指标是否明确、可核查，对产业发展和群众增收的带动作用"),
    ScoreItem(
        "talent",
        "传帮带安排",
        "Training of local talent",
        10,
        "当地人才培养对象和能力目标是否明确，服务结束后能否留下队伍",
    ),
)
"""Named after the tasks of a team ★: solve problems, train people, grow the industry; weights are a default."""

AMOUNT_RULES = ("cut", "scale")


@dataclass(frozen=True, slots=True)
class Satisfied:
    """One of the plain words by which a host rates the service, and the points it stands for."""

    zh: str
    en: str
    points: int


SATISFACTION = (
    Satisfied("很满意", "Very satisfied", 100),
    Satisfied("满意", "Satisfied", 85),
    Satisfied("一般", "Fair", 70),
    Satisfied("不满意", "Dissatisfied", 40),
    Satisfied("很不满意", "Very dissatisfied", 10),
)


@dataclass(frozen=True, slots=True)
class TeamsPolicy:
    band_min_fen: int = parameter(5_000_000, unit="fen", source=NOTICE, zh="资助下限", en="least award")
    band_max_fen: int = parameter(20_000_000, unit="fen", source=NOTICE, zh="资助上限", en="greatest award")
    leads: int = parameter(1, unit="people", source=NOTICE, zh="领衔专家人数", en="lead experts of a team")
    min_members: int = parameter(1, unit="people", source=NOTICE, zh="成员最少人数", en="fewest members")
    max_members: int = parameter(20, unit="people", source=DEFAULT, zh="成员最多人数", en="most members")
    min_local_talents: int = parameter(
        1, unit="people", source=NOTICE, zh="当地人才最少人数", en="fewest local talents"
    )
    min_assistants: int = parameter(
        0, unit="people", source=MODE, zh="需求单位助手最少人数", en="fewest assistants named by the host"
    )
    open_roster: bool = parameter(
        False, unit="yes/no", source=MODE, zh="服务期间可随时加入退出", en="experts join and leave a live team freely"
    )
    clear_points: tuple[str, ...] = parameter(
        CLEAR_POINTS, unit="names", source=NOTICE, zh="须明确的事项", en="what a claim must make clear"
    )
    term_months: int = parameter(
        0, unit="months (0: as agreed)", source=MODE, zh="服务期限", en="length of the term of service"
    )
    most_entries: int = parameter(
        0,
        unit="entries (0: no limit)",
        source=MODE,
        zh="服务记录条数上限（满即结项）",
        en="service entries after which the team is concluded",
    )
    lead_honour: bool = parameter(
        True, unit="yes/no", source=NOTICE, zh="领衔专家须有人才称号", en="a lead needs a recognised honour"
    )
    lead_title: bool = parameter(
        True, unit="yes/no", source=NOTICE, zh="领衔专家须有高级职称", en="a lead needs a senior title"
    )
    verified_credentials: bool = parameter(
        False,
        unit="yes/no",
        source=DEFAULT,
        zh="领衔专家的称号和职称须经核实",
        en="honours and titles of a lead count only once verified",
    )
    normal_levels: tuple[str, ...] = parameter(
        (),
        unit="title levels",
        source=MODE,
        zh="一般应具有的职称级别（提醒）",
        en="title levels that people normally have (a warning)",
    )
    live_teams_per_person: int = parameter(
        1,
        unit="teams",
        source=DEFAULT,
        zh="每人同时在服务的团队数",
        en="live teams that one person may lead or serve in",
    )
    recognised_honours: tuple[Honour, ...] = parameter(
        HONOURS, unit="names", source=NOTICE, zh="领衔专家认可的人才称号", en="honours recognised for a lead"
    )
    senior_levels: tuple[str, ...] = parameter(
        ("正高", "副高"),
        unit="title levels",
        source=DEFAULT,
        zh="领衔专家职称级别",
        en="title levels recognised for a lead",
    )
    agreement_days: int = parameter(30, unit="days", source=DEFAULT, zh="签订协议期限", en="days to sign the agreement")
    budget_lines: tuple[str, ...] = parameter(
        ("差旅费", "劳务费", "专家咨询费", "培训费", "材料费", "设备使用费", "其他费用"),
        unit="names",
        source=DEFAULT,
        zh="预算科目（空：不编预算）",
        en="budget lines of an agreement (none: no budget)",
    )
    invitation_days: int = parameter(
        14, unit="days", source=DEFAULT, zh="邀请有效期", en="days that an invitation stays open"
    )
    suspended_roles: tuple[str, ...] = parameter(
        ("lead",), unit="roles", source=NOTICE, zh="不合格时暂停资格的角色", en="roles suspended when unqualified"
    )
    suspension_years: int = parameter(1, unit="years", source=NOTICE, zh="暂停申报年限", en="years of suspension")
    confirmation_link_days: int = parameter(
        30, unit="days", source=DEFAULT, zh="确认链接有效期", en="days that a confirmation link works"
    )
    link_pause_days: int = parameter(
        7,
        unit="days",
        source=DEFAULT,
        zh="批量发送时同一团队两次短信的最短间隔",
        en="days between two messages to a team's liaison when links are sent to many",
    )
    link_requests_per_day: int = parameter(
        3,
        unit="messages",
        source=DEFAULT,
        zh="联络人员每日可自行索取链接次数",
        en="links that a liaison may ask for within 24 hours",
    )
    helpline: str = parameter(
        "12333",
        unit="telephone number",
        source="the national hotline of human resources and social security",
        zh="咨询电话",
        en="telephone number shown to liaisons",
    )
    satisfaction: tuple[Satisfied, ...] = parameter(
        SATISFACTION,
        unit="words and points of 100",
        source=DEFAULT,
        zh="受援单位评价档次",
        en="words by which the host rates, and their points",
    )
    absence_answer_days: int = parameter(
        7, unit="days", source=DEFAULT, zh="未到岗情况说明期限", en="days for the lead to answer a reported absence"
    )
    entry_photo: bool = parameter(
        False, unit="yes/no", source=DEFAULT, zh="服务记录须有照片方可确认", en="an entry needs a photo to be confirmed"
    )
    reports_confirmed: bool = parameter(
        False,
        unit="yes/no",
        source=DEFAULT,
        zh="指标完成值须经受援单位确认方可计入",
        en="a reported value counts once the host confirmed it",
    )
    half_year_due_days: int = parameter(
        15,
        unit="days (0: none owed)",
        source=DEFAULT,
        zh="半年小结提交期限（每满半年后）",
        en="days to submit a half-year summary",
    )
    final_due_days: int = parameter(
        30,
        unit="days (0: none owed)",
        source=DEFAULT,
        zh="总结提交期限（服务期满后）",
        en="days to submit the final summary after the term",
    )
    summary_sections: tuple[str, ...] = parameter(
        ("工作进展", "取得成效", "存在问题", "下一步打算"),
        unit="names",
        source=DEFAULT,
        zh="小结和总结必写内容",
        en="sections that every summary has",
    )
    summary_extras: tuple[str, ...] = parameter(
        ("典型案例",), unit="names", source=NOTICE, zh="小结和总结选写内容", en="sections that a summary may have"
    )
    conclude_needs_summary: bool = parameter(
        False,
        unit="yes/no",
        source=DEFAULT,
        zh="总结通过后方可结项",
        en="a team is concluded only with its final summary accepted",
    )
    conflict_years: int = parameter(
        3, unit="years", source=DEFAULT, zh="评审回避年限", en="years that a shared team keeps a reviewer away"
    )
    reviewers_per_claim: int = parameter(
        3,
        unit="reviewers (0: the bureau proposes without a review)",
        source=DEFAULT,
        zh="每份申报的评审专家人数",
        en="reviewers of each claim",
    )
    claims_per_reviewer: int = parameter(
        30, unit="claims", source=DEFAULT, zh="每名评审专家最多评审申报数", en="most claims that one reviewer is given"
    )
    review_days: int = parameter(
        10, unit="days", source=DEFAULT, zh="评审打分期限（逾期提醒）", en="days to hand in a score, then a reminder"
    )
    score_sheet: tuple[ScoreItem, ...] = parameter(
        SCORE_SHEET, unit="items and weights", source=DEFAULT, zh="评审打分表", en="score sheet of the reviewers"
    )
    comment_below: int = parameter(
        60, unit="points", source=DEFAULT, zh="低于此分须说明理由", en="an item below this needs a comment"
    )
    comment_above: int = parameter(
        95, unit="points", source=DEFAULT, zh="高于此分须说明理由", en="an item above this needs a comment"
    )
    normalise_from: int = parameter(
        4,
        unit="claims",
        source=DEFAULT,
        zh="评分标准化所需最少评审数",
        en="claims that a reviewer must have scored before the scores are normalised",
    )
    disagreement_points: int = parameter(
        20,
        unit="points",
        source=DEFAULT,
        zh="评分分歧须复议的分差",
        en="spread between reviewers from which a claim is discussed or read once more",
    )
    pass_score: int = parameter(
        60, unit="points", source=DEFAULT, zh="评审合格分", en="normalised score from which a claim may be chosen"
    )
    key_places_first: bool = parameter(
        True, unit="yes/no", source=NOTICE, zh="重点地区优先", en="key places come first when money is short"
    )
    amount_rule: str = parameter(
        "cut",
        unit="cut by rank or scale",
        source=DEFAULT,
        zh="超预算时的资助核定方式",
        en="how amounts fit the budget: cut by rank, or scale all",
    )
    amount_step_fen: int = parameter(
        10_000, unit="fen", source=DEFAULT, zh="资助金额取整单位", en="amounts are whole multiples of this"
    )
    appeal_days: int = parameter(
        7, unit="days", source=DEFAULT, zh="复核申请期限（自然日）", en="calendar days to appeal against a decision"
    )
    matching_expertise: int = parameter(
        60, unit="weight", source=DEFAULT, zh="匹配：专业权重", en="matching: weight of expertise"
    )
    matching_nearness: int = parameter(
        20, unit="weight", source=DEFAULT, zh="匹配：就近权重", en="matching: weight of nearness"
    )
    matching_load: int = parameter(
        20, unit="weight", source=DEFAULT, zh="匹配：负荷权重", en="matching: weight of little other work"
    )
    matching_key_place: int = parameter(
        30, unit="percent", source=DEFAULT, zh="匹配：重点乡镇加权", en="matching: what a key place adds"
    )
    matching_half_km: int = parameter(
        100, unit="km", source=DEFAULT, zh="匹配：就近得分减半的距离", en="matching: distance that halves nearness"
    )
