"""The page on which people check a certificate: HTML without scripts, in large type."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from jinja2 import DictLoader, Environment

from services.assessment.forms import ROLES
from services.assessment.rules import benefit
from services.assessment.rules.grading import GRADES
from services.assessment.schemas import PublicCertificate
from shared.errors import Reason

_TEXTS = {
    "zh": {
        "title": "证书查验", "number": "编号", "kind": "证书", "name": "姓名", "issuer": "签发机关", "issued": "签发日期",
        "until": "有效期至", "always": "长期", "why": "原因", "by": "新证编号", "ask": "查验码",
        "hint": "输入证书上编号旁的查验码，可核对姓名和内容。", "wrong": "查验码不对，请核对后重新输入。", "check": "查验",
        "none": "查无此编号", "advice": "请核对编号；如证书是他人出示的，请联系签发机关。", "unit": "派出单位",
        "team": "服务团队", "order": "订单编号", "place": "服务地点", "host": "受援单位", "term": "服务期限",
        "served": "经确认的服务", "grade": "团队考核", "benefit": "政策待遇", "role": "服务身份", "days": "天", "visits": "次",
        "now": "至今", "hash": "内容校验值（SHA-256）", "key": "签名密钥（Ed25519）", "other": "English",
    },
    "en": {
        "title": "Check a certificate", "number": "Number", "kind": "Certificate", "name": "Name", "issuer": "Issued by",
        "issued": "Issued on", "until": "Valid until", "always": "for good", "why": "Why", "by": "Replaced by",
        "ask": "Code", "hint": "Type the code beside the number to see name and content.",
        "wrong": "This is not its code: look again and type it again.", "check": "Check",
        "none": "There is no such number", "advice": "Look at the number again; if somebody showed it to you, ask the office.",
        "unit": "Unit", "team": "Team", "order": "Order", "place": "Place", "host": "Host", "term": "Term",
        "served": "Confirmed service", "grade": "Grade of the team", "benefit": "Benefit", "role": "Role", "days": "day(s)",
        "visits": "visit(s)", "now": "today", "hash": "SHA-256 of the content", "key": "Signed with (Ed25519)",
        "other": "中文",
    },
}  # fmt: skip

_STYLE = """body{font:20px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:40rem;
margin:0 auto;padding:1rem;color:#111;background:#fff;overflow-wrap:anywhere}h1{font-size:26px;margin:.3em 0}
.r{font-size:30px;font-weight:bold;padding:.5rem 1rem;border-radius:12px;color:#fff;background:#8a1c1c}
.r.valid{background:#06633a}.r.expired,.r.superseded{background:#7a5200}dl{display:grid;grid-template-columns:8em 1fr;
gap:.3rem .8rem}dt{color:#444}dd{margin:0}form{margin:1.2rem 0}input,button{font:inherit;padding:.5rem;border-radius:8px;
border:2px solid #666}button{background:#06633a;color:#fff;border:0;padding:.6rem 1.4rem}.s{color:#444;font-size:15px}
a{color:#00479b}"""

_TEMPLATES = {
    "frame": """<!doctype html><html lang="{{ "zh-CN" if lang == "zh" else "en" }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">
<title>{{ t.title }}</title><style>{{ style|safe }}</style></head><body><h1>{{ t.title }}</h1>
{% block body %}{% endblock %}<p class="s"><a href="?lang={{ "en" if lang == "zh" else "zh" }}{{ keep }}">{{ t.other }}</a></p>
</body></html>""",
    "checked": """{% extends "frame" %}{% block body %}<p class="r {{ c.result }}">{{ c.zh if lang == "zh" else c.en }}</p>
<dl>{% for word, value in rows %}<dt>{{ word }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
{% if c.code == "wrong" %}<p>{{ t.wrong }}</p>{% endif %}
{% if c.code != "right" %}<form method="get"><input type="hidden" name="lang" value="{{ lang }}"><label>{{ t.ask }}
<input name="code" maxlength="20" required autocomplete="off" autocapitalize="characters"></label>
<button>{{ t.check }}</button></form><p class="s">{{ t.hint }}</p>{% endif %}
<p class="s">{{ t.hash }}<br>{{ c.content_hash }}<br>{{ t.key }} {{ c.key }}</p>{% endblock %}""",
    "unknown": """{% extends "frame" %}{% block body %}<p class="r">{{ t.none }}</p><p>{{ number }}</p>
{% for line in lines %}<p>{{ line }}</p>{% endfor %}<p>{{ t.advice }}</p>{% endblock %}""",
}

_pages = Environment(autoescape=True, loader=DictLoader(_TEMPLATES))


def checked_page(c: PublicCertificate, lang: str, code: str) -> str:
    """What was found of a certificate, with its content for whoever has the ``code``."""
    t = _TEXTS[lang]
    rows: list[tuple[str, Any]] = [
        (t["number"], c.number), (t["kind"], c.kind_zh if lang == "zh" else c.kind_en), (t["name"], c.name),
        (t["issuer"], c.issuer), (t["issued"], c.issued_on), (t["until"], c.valid_until or t["always"]),
    ]  # fmt: skip
    if c.reason:
        rows.append((t["why"], c.reason_zh if lang == "zh" else c.reason_en))
    if c.replaced_by:
        rows.append((t["by"], c.replaced_by))
    if c.content is not None:
        rows += _said(c.content, t, lang)
    keep = f"&code={code}" if c.content is not None else ""
    return _pages.get_template("checked").render(c=c, rows=rows, t=t, lang=lang, style=_STYLE, keep=keep)


def _said(said: dict[str, Any], t: dict[str, str], lang: str) -> list[tuple[str, Any]]:
    zh = lang == "zh"
    rows: list[tuple[str, Any]] = [
        (t["unit"], said["unit"]["name"]), (t["role"], ROLES.get(said["role"], said["role"]) if zh else said["role"]),
        (t["team"], said["team"]), (t["order"], said["order_number"]), (t["place"], said["place"]),
    ]  # fmt: skip
    if "visits" in said:
        grades = [f"{one['year']} {GRADES.get(one['grade'], '') if zh else one['grade']}" for one in said["grades"]]
        rows += [
            (t["host"], said["host"]["name"] or said["host"]["code"]),
            (t["term"], f"{said['from']} — {said['to'] or t['now']}"),
            (t["served"], f"{said['days']} {t['days']} · {said['visits']} {t['visits']}"),
            *([(t["grade"], "，".join(grades))] if grades else []),
        ]
    for one in said.get("benefits", ()):
        word = benefit.WORDS.get(one["kind"], (one["kind"], one["kind"]))[0 if zh else 1]
        rows.append((t["benefit"], f"{word}（{t['until']} {_until(one, t)}）"))
    return rows


def _until(one: dict[str, Any], t: dict[str, str]) -> str:
    return str(date.fromisoformat(one["valid_until"])) if one["valid_until"] else t["always"]


def unknown_page(number: str, reasons: Iterable[Reason], lang: str) -> str:
    """No certificate has this number."""
    lines = [reason.text(lang) for reason in reasons if reason.code != "certificate.not_found"]
    shown = number[:40]
    return _pages.get_template("unknown").render(number=shown, lines=lines, t=_TEXTS[lang], lang=lang, style=_STYLE)
