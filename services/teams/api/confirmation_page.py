"""The liaison's pages: HTML without scripts, in large type, for a phone in a village on a bad network (each ≤ 30 KB)."""

from typing import Any

from jinja2 import DictLoader, Environment

from services.teams.schemas import ConfirmationDone, ConfirmationOut, LinkAsked
from shared.errors import Reason

HELPLINE = "12333"
"""The national hotline of human resources and social security, where nobody's round is known."""
ENTRIES = 6
"""Entries of one page; those that follow are shown once these are sent."""
WORDS = 300
"""Characters of an entry's text that are shown."""
PHOTOS = 4

_TEXTS = {
    "zh": {
        "title": "服务确认",
        "days": "天",
        "people": "人",
        "confirm": "属实",
        "dispute": "不属实",
        "later": "暂不确定",
        "send": "提交",
        "none": "没有待确认的服务记录。",
        "entries": "服务记录",
        "hint": "请逐条核对。",
        "more": "其余 {n} 条在提交后显示。",
        "photo": "照片",
        "blocked": "还没有照片，暂不能确认属实。",
        "rate": "您对服务满意吗？",
        "counts": "您的评价计入年度考核，{day}前（含当日）提交有效。",
        "rating": "年度评价",
        "rated": "您已评价：{word}。",
        "again": "截止前可以重新评价。",
        "taken": "您的评价已提交，计入年度考核。",
        "comment": "想说的话（可不填，随评价提交）",
        "unrated": "暂不评价",
        "absent": "专家没有来？",
        "day": "原定哪一天来",
        "what": "情况说明（可不填）",
        "report": "反映专家未到",
        "reported": "已反映",
        "expires": "本页面有效期至 {day}",
        "thanks": "谢谢，已提交。",
        "back": "返回",
        "confirmed": "属实",
        "disputed": "不属实",
        "rows": "{n} 条",
        "skipped": "未处理（已处理过或内容已更正）",
        "waiting": "还有待确认",
        "closed": "无法办理",
        "ask": "发送新链接到我的手机",
        "call": "需要帮助，请联系：",
        "lead": "领衔专家",
        "office": "所在区县人力资源和社会保障局",
        "line": "咨询电话",
        "asked": "新链接已发送到 {phone}，请查收短信。",
        "other": "English",
        "open": "待说明",
        "answered": "专家已说明",
        "settled": "区县已处理",
    },
    "en": {
        "title": "Confirm the service",
        "days": "day(s)",
        "people": "people",
        "confirm": "True",
        "dispute": "Not true",
        "later": "Not sure",
        "send": "Send",
        "none": "No entry waits for confirmation.",
        "entries": "Service entries",
        "hint": "Please check each entry.",
        "more": "{n} more are shown once these are sent.",
        "photo": "Photo",
        "blocked": "There is no photo yet, so it cannot be confirmed.",
        "rate": "How satisfied are you?",
        "counts": "Your answer counts for the yearly grade when sent by {day}, that day included.",
        "rating": "The rating of the year",
        "rated": "You said: {word}.",
        "again": " You may rate again until the last day.",
        "taken": "Your rating has been sent and counts for the yearly grade.",
        "comment": "Anything to add (optional, sent with the rating)",
        "unrated": "Not now",
        "absent": "The experts did not come?",
        "day": "The day they were expected",
        "what": "What happened (optional)",
        "report": "Report that nobody came",
        "reported": "Reported",
        "expires": "This page works until {day}",
        "thanks": "Thank you, it has been sent.",
        "back": "Back",
        "confirmed": "True",
        "disputed": "Not true",
        "rows": "{n}",
        "skipped": "Left alone (settled before, or put right)",
        "waiting": "Still to confirm",
        "closed": "This cannot be done",
        "ask": "Send a new link to my phone",
        "call": "For help, please ask:",
        "lead": "Lead expert",
        "office": "the district's human-resources office",
        "line": "Telephone",
        "asked": "A new link was sent to {phone}.",
        "other": "中文",
        "open": "waits for an answer",
        "answered": "the lead has answered",
        "settled": "settled by the district",
    },
}

_STYLE = """body{font:22px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:40rem;margin:0 auto;
padding:1rem;color:#111;background:#fff;overflow-wrap:anywhere}h1{font-size:28px;line-height:1.3;margin:.3em 0}
h2,summary{font-size:26px;line-height:1.3;font-weight:bold}summary{padding:.6rem 0}h2{margin:1.6em 0 .4em}p{margin:.5em 0}
fieldset{border:2px solid #666;border-radius:12px;margin:0 0 1.2rem;padding:.4rem 1rem;min-width:0}
legend{font-weight:bold;padding:0 .4rem}label{display:block;padding:.55rem 0}
input[type=radio]{width:30px;height:30px;vertical-align:middle;margin:0 .7rem 0 0}
input[type=date],textarea{font:inherit;box-sizing:border-box;width:100%;padding:.5rem;border:2px solid #666;
border-radius:8px}button,.b{display:block;box-sizing:border-box;font:inherit;font-size:26px;width:100%;padding:.8rem;
margin:.6rem 0;border:0;border-radius:12px;background:#06633a;color:#fff;text-align:center;text-decoration:none}
.p{display:block;padding:.4rem 0}.w{background:#8a1c1c}a{color:#00479b}.s{color:#444;font-size:18px}"""

_TEMPLATES = {
    "frame": """<!doctype html><html lang="{{ lang }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>{{ t.title }}</title>
<style>{{ style|safe }}</style></head><body>{% block body %}{% endblock %}
<p class="s"><a href="{{ here }}?lang={{ "en" if lang == "zh" else "zh" }}">{{ t.other }}</a></p></body></html>""",
    "start": """{% extends "frame" %}{% block body %}<h1>{{ s.team }}</h1>
<p class="s">{{ s.order_number }} {{ s.place }}<br>{{ t.lead }} {{ s.lead }} {{ s.unit }}</p>
{% set r = s.rating %}<form method="post" action="{{ here }}?lang={{ lang }}">
<h2>{{ t.entries }}</h2>{% if entries %}<p>{{ t.hint }}</p>
{% for e in entries %}<fieldset><legend>{{ e.served_on }} {{ e.name }}</legend>
<p>{{ e.form }} · {{ "%g"|format(e.days) }} {{ t.days }} · {{ e.beneficiaries }} {{ t.people }}<br>{{ e.problem|cut }}</p>
{% for photo in e.photos[:photos] %}<a class="p" href="{{ here }}/photos/{{ photo.id }}">{{ t.photo }} {{
 loop.index }} · {{ photo.size|size }}</a>{% endfor %}
{% if e.blocked %}<p>{{ t.blocked }}</p>{% else %}{{ choice(e, "confirm") }}{% endif %}
{{ choice(e, "dispute") }}{{ choice(e, "later") }}</fieldset>{% endfor %}
{% if s.entries|length > entries|length %}<p>{{ t.more.format(n=s.entries|length - entries|length) }}</p>{% endif %}
{% else %}<p>{{ t.none }}</p>{% endif %}
<h2>{{ t.rating if r.closed else t.rate }}</h2>
{% for word in r.words if word.points == r.rated %}<p>{{ t.rated.format(word=word[lang]) }}{{
 "" if r.closed else t.again }}</p>{% endfor %}
{% if r.closed %}<p>{{ r.closed[lang] }}</p>{% else %}<p>{{ t.counts.format(day=r.rate_by) }}</p>
{% for word in r.words %}<label><input type="radio" name="satisfaction" value="{{ word.points }}"{{
 "" if entries else " required" }}>{{ word[lang] }}</label>{% endfor %}
{% if entries %}<label><input type="radio" name="satisfaction" value="" checked>{{ t.unrated }}</label>{% endif %}
<label>{{ t.comment }}<textarea name="comment" rows="2" maxlength="500"></textarea></label>{% endif %}
{% if entries or not r.closed %}<button>{{ t.send }}</button>{% endif %}</form>
<details><summary>{{ t.absent }}</summary>
{% for a in s.absences[:5] %}<p>{{ t.reported }}: {{ a.expected_on }} · {{ t[state[a.status]] }}</p>{% endfor %}
<form method="post" action="{{ here }}/absences?lang={{ lang }}">
<label>{{ t.day }}<input type="date" name="expected_on" max="{{ s.today }}" required></label>
<label>{{ t.what }}<textarea name="words" rows="2" maxlength="500"></textarea></label>
<button class="w">{{ t.report }}</button></form></details>
<p class="s">{{ t.expires.format(day=s.expires_at.date()) }}<br>{{ t.line }} <a href="tel:{{ s.helpline }}">{{
 s.helpline }}</a></p>{% endblock %}""",
    "said": """{% extends "frame" %}{% block body %}<h1>{{ heading }}</h1>
{% for line in lines %}<p>{{ line }}</p>{% endfor %}
{% if asks %}<form method="post" action="{{ here }}/link?lang={{ lang }}"><button>{{ t.ask }}</button></form>{% endif %}
{% if helpline %}<p>{{ t.call }}</p><ul>{% if lead %}<li>{{ t.lead }} {{ lead }}（{{ unit }}）</li>{% endif %}
<li>{{ t.office }}</li><li>{{ t.line }} <a href="tel:{{ helpline }}">{{ helpline }}</a></li></ul>{% endif %}
{% if back %}<p><a class="b" href="{{ here }}?lang={{ lang }}">{{ t.back }}</a></p>{% endif %}{% endblock %}""",
}

_CHOICE = """<label><input type="radio" name="{{ e.id }}.{{ e.version }}" value="{{ value if value != "later" else "" }}"
{%- if value == "later" %} checked{% endif %}>{{ word }}</label>"""

_STATE = {"reported": "open", "answered": "answered", "settled": "settled"}

_pages = Environment(autoescape=True, loader=DictLoader(_TEMPLATES))
_choice = Environment(autoescape=True).from_string(_CHOICE)


def _cut(text: str) -> str:
    return text if len(text) <= WORDS else text[:WORDS] + "…"


def _size(size: int) -> str:
    return f"{size / 1048576:.1f} MB" if size >= 104858 else f"{max(1, size // 1024)} KB"


_pages.filters.update(cut=_cut, size=_size)


def _render(template: str, lang: str, here: str, **shown: Any) -> str:
    from markupsafe import Markup

    def choice(e: Any, value: str) -> Markup:
        return Markup(_choice.render(e=e, value=value, word=_TEXTS[lang][value]))  # noqa: S704 — it escapes itself

    return _pages.get_template(template).render(
        t=_TEXTS[lang], lang=lang, here=here, style=_STYLE, choice=choice, state=_STATE, photos=PHOTOS, **shown
    )


def start_page(shown: ConfirmationOut, lang: str, here: str) -> str:
    """The entries with a choice each (nothing is chosen beforehand) and the rating, sent together; and that nobody
    came."""
    return _render("start", lang, here, s=shown, entries=shown.entries[:ENTRIES])


def settled_page(done: ConfirmationDone, lang: str, here: str) -> str:
    """What became of the entries, how many still wait, and that the rating counts."""
    t = _TEXTS[lang]
    counted = {name: getattr(done, name) for name in ("confirmed", "disputed", "skipped", "waiting")}
    lines = [f"{t[name]}：{t['rows'].format(n=n)}" for name, n in counted.items() if n]
    lines += [t["taken"]] if done.rated else []
    return _render("said", lang, here, heading=t["thanks"], lines=lines, back=True)


def thanks_page(_done: Any, lang: str, here: str) -> str:
    return _render("said", lang, here, heading=_TEXTS[lang]["thanks"], lines=[], back=True)


def asked_page(done: LinkAsked, lang: str, here: str) -> str:
    t = _TEXTS[lang]
    return _render("said", lang, here, heading=t["thanks"], lines=[t["asked"].format(phone=done.phone)])


def refused_page(
    reasons: tuple[Reason, ...], lang: str, here: str, lead: str, unit: str, helpline: str, works: bool, asks: bool
) -> str:
    """Why not, whom to call, and the way on: back when the link works, a new one when it has expired."""
    t = _TEXTS[lang]
    lines = list(dict.fromkeys(reason.text(lang) for reason in reasons))
    people = {"lead": lead, "unit": unit, "helpline": helpline}
    return _render("said", lang, here, heading=t["closed"], lines=lines, back=works, asks=asks, **people)
