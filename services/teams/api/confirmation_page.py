"""The liaison's page: one sheet of HTML without scripts, in large type, for a phone in a village."""

from jinja2 import Environment

from services.teams.schemas import ConfirmationDone, ConfirmationOut
from shared.errors import Reason

_TEXTS = {
    "zh": {
        "title": "服务记录确认", "days": "天", "people": "人", "confirm": "属实", "dispute": "不属实", "later": "暂不确定",
        "send": "提交", "none": "没有待确认的服务记录。", "hint": "请逐条核对。提交后此链接失效。",
        "thanks": "谢谢，已提交。", "confirmed": "确认属实", "disputed": "不属实", "rows": "条", "closed": "无法打开",
    },
    "en": {
        "title": "Confirm service entries", "days": "day(s)", "people": "people", "confirm": "True", "dispute": "Not true",
        "later": "Not sure", "send": "Send", "none": "No entry waits for confirmation.",
        "hint": "Please check each entry. The link ends once you send.", "thanks": "Thank you, it has been sent.",
        "confirmed": "Confirmed", "disputed": "Not true", "rows": "", "closed": "Cannot be opened",
    },
}  # fmt: skip

_STYLE = """
body{font:22px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:40rem;margin:0 auto;padding:1rem;
color:#111;background:#fff}h1{font-size:30px;line-height:1.3}fieldset{border:2px solid #888;border-radius:12px;
margin:0 0 1.2rem;padding:1rem}legend{font-weight:bold;padding:0 .4rem}label{display:block;padding:.5rem 0}
input{width:28px;height:28px;vertical-align:middle;margin-right:.6rem}button{font-size:28px;width:100%;padding:1rem;
border:0;border-radius:12px;background:#0b5;color:#fff}
"""

_PAGE = Environment(autoescape=True).from_string(
    """<!doctype html><html lang="{{ lang }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{{ t.title }}</title>
<style>{{ style|safe }}</style></head><body>
<h1>{{ heading }}</h1>
{% for line in lines %}<p>{{ line }}</p>{% endfor %}
{% if entries %}<form method="post">
{% for e in entries %}<fieldset><legend>{{ e.served_on }} {{ e.name }}</legend>
<p>{{ e.form }}，{{ "%g"|format(e.days) }} {{ t.days }}，{{ e.beneficiaries }} {{ t.people }}<br>{{ e.problem }}</p>
{% for value in ("confirm", "dispute", "later") %}<label><input type="radio" name="{{ e.id }}"
 value="{{ value if value != "later" else "" }}"{% if value == "later" %} checked{% endif %}>{{ t[value] }}</label>
{% endfor %}</fieldset>{% endfor %}
<button type="submit">{{ t.send }}</button></form>{% endif %}
</body></html>"""
)


def entries_page(shown: ConfirmationOut, lang: str) -> str:
    """The entries with a choice each; nothing is chosen beforehand."""
    t = _TEXTS[lang]
    where = f"{shown.order_number} {shown.place}"
    lines = [where, t["hint"] if shown.entries else t["none"]]
    return _PAGE.render(
        t=t, lang=lang, style=_STYLE, heading=f"{t['title']}：{shown.team}", lines=lines, entries=shown.entries
    )


def done_page(done: ConfirmationDone, lang: str) -> str:
    t = _TEXTS[lang]
    lines = [f"{t['confirmed']} {done.confirmed} {t['rows']}", f"{t['disputed']} {done.disputed} {t['rows']}"]
    return _PAGE.render(t=t, lang=lang, style=_STYLE, heading=t["thanks"], lines=lines, entries=[])


def message_page(reasons: tuple[Reason, ...], lang: str) -> str:
    t = _TEXTS[lang]
    lines = [reason.text(lang) for reason in reasons]
    return _PAGE.render(t=t, lang=lang, style=_STYLE, heading=t["closed"], lines=lines, entries=[])
