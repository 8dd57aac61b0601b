"""The programmes that the machine runs, as data: what a mode lays over the default policy set. No code compares a
mode's name; a mode is its switches, counts and bounds. ★: from the official announcements of the programme."""

from typing import Any

_OPEN_TO_ALL = {
    "lead_honour": False,
    "lead_title": False,
    "min_members": 0,
    "min_local_talents": 0,
    "budget_lines": [],
    "band_min_fen": 0,
    "band_max_fen": 0,
}

MODES: dict[str, dict[str, Any]] = {
    # Chongqing ★: 1+N+1, 50,000–200,000 yuan, rated yearly. The defaults.
    "team_project": {},
    # Sichuan ★: eight kinds of group, a calendar of actions with counties and dates, a menu, yearly targets.
    "service_group": {
        "switches": ["recommendation"],
        "orders": {
            "kinds": [
                "深度贫困县行动",
                "精准扶贫",
                "高级专家下基层",
                "千人计划下基层",
                "博士后服务团",
                "海外学子报国行",
                "创业导师进园",
                "海外赤子",
            ],
            "menu": [
                "专题培训",
                "解疑答惑",
                "技术指导",
                "建立长效机制",
                "决策咨询",
                "项目合作",
                "巡回讲学",
                "领办协办实体",
                "支农",
                "支教",
                "支医",
                "普法",
                "健康讲座",
                "心理咨询",
            ],
            "target_experts": 500,
            "target_counties": 50,
            "target_firms": 200,
        },
        "teams": {
            **_OPEN_TO_ALL,
            "max_members": 100,
            "normal_levels": ["正高", "副高"],
            "clear_points": ["place", "content", "starts_on", "ends_on", "liaison_name", "liaison_phone"],
            "live_teams_per_person": 20,
        },
        "assessment": {"follow_up_months": []},
    },
    # Tianjin ★: an open-ended order of a park, zone or community; experts join and leave; the host names an assistant.
    "service_base": {
        "switches": [],
        "orders": {"kinds": ["开发区", "园区", "社区"]},
        "teams": {
            **_OPEN_TO_ALL,
            "max_members": 100,
            "min_assistants": 1,
            "open_roster": True,
            "clear_points": ["place", "content", "starts_on", "liaison_name", "liaison_phone"],
            "live_teams_per_person": 10,
        },
        "assessment": {"scorecard": "visits", "follow_up_months": []},
    },
    # Tianjin ★: an order, its speakers, one entry with its audience.
    "lecture": {
        "switches": [],
        "teams": {
            **_OPEN_TO_ALL,
            "most_entries": 1,
            "clear_points": ["place", "content", "starts_on", "liaison_name", "liaison_phone"],
            "live_teams_per_person": 20,
        },
        "assessment": {"scorecard": "audience", "follow_up_months": []},
    },
    # Hubei ★: the post is the order, the team is one lead for two years; units nominate, mutual choice, the bureau
    # places the rest, training before the post.
    "secondment": {
        "switches": ["nomination", "mutual_choice", "notice", "training"],
        "orders": {"kinds": ["副市长", "副县长", "产业顾问"]},
        "teams": {
            **_OPEN_TO_ALL,
            "max_members": 0,
            "term_months": 24,
            "clear_points": ["place", "content", "starts_on", "ends_on", "liaison_name", "liaison_phone"],
        },
        "assessment": {"scorecard": "post"},
    },
}
"""Overrides by mode. What a round's draft names besides is laid over these."""
