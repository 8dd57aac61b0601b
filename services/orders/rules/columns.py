"""The columns of a summary of orders: what districts call them, which must be filled, what they mean. Pure data, used
by intake, by the template and by the export, so that what goes out can come in again.

Synonyms are the headers that districts were seen to use, or use in neighbouring forms; a unit in a header (``（元）``,
``（月）``) holds for the bare numbers below it.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Column:
    """``units``: what a bare number means under a header that says so. ``choices``: suggested in the template."""

    name: str
    en: str
    required: bool
    note: str
    example: str
    synonyms: tuple[str, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()


MONEY = "申请支持经费（万元）"
KIND = "类别"
FORMS = ("驻点指导", "巡回指导", "远程指导", "驻点与远程结合", "项目合作", "技术攻关", "培训")
YES = ("是", "否")

COLUMNS = (
    Column(
        "区县",
        "county",
        False,
        "与区划代码一致；留空或合并单元格均可",
        "万州区",
        ("区县名称", "所在区县", "区（县）", "县（区）", "县区"),
    ),
    Column(
        "乡镇（街道）", "town", False, "可留空", "龙驹镇", ("乡镇", "街道", "乡镇街道", "所在乡镇", "乡（镇）", "镇街")
    ),
    Column(
        "村（社区）",
        "village",
        False,
        "可留空；区划表没有的新村按所填名称登记",
        "信义社区",
        ("村", "社区", "村社区", "行政村", "村（居）", "所在村"),
    ),
    Column(
        "区划代码",
        "division code",
        True,
        "12位数字；乡镇可写前9位，区县可写前6位",
        "500101151002",
        ("行政区划代码", "区划编码", "行政区划编码", "统计用区划代码", "地区代码", "行政区划"),
    ),
    Column(
        "需求单位全称",
        "host",
        True,
        "与营业执照或登记证书一致",
        "信义社区股份经济合作联合社",
        ("需求单位", "需求单位名称", "单位全称", "单位名称", "申报单位", "申请单位", "受援单位", "用人单位"),
    ),
    Column(
        "统一社会信用代码",
        "credit code",
        True,
        "18位，含校验位",
        "N2500101053181942A",
        ("信用代码", "社会信用代码", "单位统一社会信用代码", "单位代码", "组织机构代码", "统一信用代码"),
    ),
    Column(
        "联系人",
        "liaison",
        True,
        "基层联络人员姓名",
        "张三",
        ("联络人", "联系人姓名", "基层联络人员", "联络员", "负责人"),
    ),
    Column(
        "联系电话",
        "phone",
        True,
        "手机，或带区号的固定电话",
        "13800000000",
        ("联系方式", "电话", "手机", "手机号", "手机号码", "联系电话（手机）", "联络电话", "电话号码", "联系手机"),
    ),
    Column(
        "产业类别",
        "industry",
        True,
        "如：茶叶、中药材、乡村旅游",
        "茶叶",
        ("产业", "产业类型", "所属产业", "行业", "行业类别", "产业领域"),
    ),
    Column(
        "需求名称",
        "title",
        True,
        "同一单位同一批次内不重复；一行一个需求",
        "茶园病虫害绿色防控",
        ("项目名称", "需求项目名称", "订单名称", "需求题目", "需求标题", "需求项目", "技术需求名称"),
    ),
    Column(
        "需求描述",
        "problem",
        True,
        "要解决的问题，2000字以内",
        "近两年茶小绿叶蝉多发，减产约两成",
        (
            "需求内容",
            "问题描述",
            "需求简述",
            "主要需求",
            "技术需求",
            "需求情况",
            "具体需求",
            "存在问题",
            "需求说明",
            "难题描述",
        ),
    ),
    Column(
        "期望成果",
        "expected",
        True,
        "可核对的结果",
        "亩产提高一成，培训30人",
        ("预期成果", "预期目标", "期望目标", "预期效果", "期望效果", "目标成果", "期望达到的效果"),
    ),
    Column(
        "服务方式",
        "service forms",
        True,
        "可写多个，用顿号分开",
        "驻点与远程结合",
        ("服务形式", "合作方式", "服务类型", "方式"),
        choices=FORMS,
    ),
    Column(
        "专业要求",
        "expertise",
        True,
        "所需专家的专业，用顿号分开",
        "茶学、植物保护",
        ("专业", "所需专业", "专家专业", "专业领域", "专业方向", "专家专业要求", "所需专家专业"),
    ),
    Column(
        "所需专家人数",
        "people wanted",
        False,
        "可写“6人”",
        "6",
        ("专家人数", "需求人数", "所需人数", "人数", "人数（人）", "所需专家数"),
    ),
    Column(
        "服务期限",
        "term",
        True,
        "如：2020年4月至2021年3月、一年、18个月",
        "2020年4月至2021年3月",
        (
            "服务时间",
            "服务周期",
            "合作期限",
            "期限",
            "起止时间",
            "服务起止时间",
            "服务年限",
            "服务期限（月）",
            "服务期限（个月）",
            "服务期限（年）",
            "服务期",
        ),
        {"服务期限(月)": "个月", "服务期限(个月)": "个月", "服务期限(年)": "年", "服务年限": "年"},
    ),
    Column(
        "现有条件",
        "site support",
        False,
        "场地、设备、配套",
        "有示范基地",
        ("现有基础", "配套条件", "支持条件", "保障条件", "已有条件", "工作基础"),
    ),
    Column(
        "是否重点乡镇",
        "key place",
        False,
        "是或否",
        "是",
        ("重点乡镇", "是否重点", "是否重点帮扶乡镇", "是否深度贫困乡镇"),
        choices=YES,
    ),
    Column(
        MONEY,
        "money asked",
        True,
        "万元；也可写“15万元”或“80000元”",
        "15",
        (
            "申请经费",
            "申请支持经费",
            "支持经费",
            "经费",
            "申请金额",
            "申请资助",
            "申请经费（万元）",
            "所需经费（万元）",
            "经费（万元）",
            "申请支持经费（元）",
            "申请经费（元）",
            "经费（元）",
        ),
        {"申请支持经费(元)": "元", "申请经费(元)": "元", "经费(元)": "元"},
    ),
    Column(
        "类别",
        "kind",
        False,
        "批次规定了类别时必填，须为其中之一",
        "",
        ("订单类别", "需求类别", "服务类别", "岗位类别"),
    ),
    Column("服务内容", "tasks", False, "批次规定了服务内容清单时从中选择，用顿号分开", "", ("活动内容", "服务项目")),
    Column("行动", "action", False, "所属行动的名称", "", ("所属行动", "行动名称", "活动名称")),
    Column("备注", "remark", False, "", "", ("说明", "其他", "备注说明")),
)

BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
OPTIONAL = tuple(column.name for column in COLUMNS if not column.required)
SYNONYMS = {column.name: column.synonyms for column in COLUMNS}


def with_unit(column: str, header: str, text: str) -> str:
    """A bare number with the unit that its header names; anything else as it was written."""
    unit = BY_NAME[column].units.get(header, "")
    return f"{text}{unit}" if unit and text.replace(".", "", 1).isdigit() else text
