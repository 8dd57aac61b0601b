"""The page on which people check a certificate: HTML without scripts, in large type."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.assessment.forms import ROLES
from services.assessment.forms.pages import rendered
from services.assessment.rules import benefit
from services.assessment.rules.grading import GRADES
from services.assessment.schemas import PublicCertificate
from shared.errors import Reason

_TEXTS = {
    "zh": {
        "title": "证书查验",
        "number": "编号",
        "kind": "证书",
        "name": "姓名",
        "issuer": "签发机关",
        "issued": "签发日期",
        "until": "有效期至",
        "always": "长期",
        "why": "原因",
        "by": "新证编号",
        "ask": "查验码",
        "hint": "输入证书上编号旁的查验码，可核对姓名和内容。",
        "wrong": "查验码不对，请核对后重新输入。",
        "check": "查验",
        "none": "查无此编号",
        "advice": "请核对编号；如证书是他人出示的，请联系签发机关。",
        "unit": "派出单位",
        "team": "服务团队",
        "order": "订单编号",
        "place": "服务地点",
        "host": "受援单位",
        "term": "服务期限",
        "served": "经确认的服务",
        "grade": "团队考核",
        "benefit": "政策待遇",
        "role": "服务身份",
        "days": "天",
        "visits": "次",
        "now": "（签发时仍在服务）",
        "hash": "内容校验值（SHA-256）",
        "key": "签名密钥（Ed25519）",
        "other": "English",
    },
    "en": {
        "title": "Check a certificate",
        "number": "Number",
        "kind": "Certificate",
        "name": "Name",
        "issuer": "Issued by",
        "issued": "Issued on",
        "until": "Valid until",
        "always": "for good",
        "why": "Why",
        "by": "Replaced by",
        "ask": "Code",
        "hint": "Type the code beside the number to see name and content.",
        "wrong": "This is not its code: look again and type it again.",
        "check": "Check",
        "none": "There is no such number",
        "advice": "Look at the number again; if somebody showed it to you, ask the office.",
        "unit": "Unit",
        "team": "Team",
        "order": "Order",
        "place": "Place",
        "host": "Host",
        "term": "Term",
        "served": "Confirmed service",
        "grade": "Grade of the team",
        "benefit": "Benefit",
        "role": "Role",
        "days": "day(s)",
        "visits": "visit(s)",
        "now": " (still serving when it was issued)",
        "hash": "SHA-256 of the content",
        "key": "Signed with (Ed25519)",
        "other": "中文",
    },
}


def checked_page(c: PublicCertificate, lang: str, code: str) -> bytes:
    """What was found of a certificate, with its content for whoever has the ``code``."""
    t = _TEXTS[lang]
    rows: list[tuple[str, Any]] = [
        (t["number"], c.number),
        (t["kind"], c.kind_zh if lang == "zh" else c.kind_en),
        (t["name"], c.name),
        (t["issuer"], c.issuer),
        (t["issued"], c.issued_on),
        (t["until"], c.valid_until or t["always"]),
    ]
    if c.reason:
        rows.append((t["why"], c.reason_zh if lang == "zh" else c.reason_en))
    if c.replaced_by:
        rows.append((t["by"], c.replaced_by))
    if c.content is not None:
        rows += _said(c.content, c.issued_on, t, lang)
    keep = f"&code={code}" if c.content is not None else ""
    return rendered("certificate_checked.html", c=c, rows=rows, t=t, lang=lang, keep=keep)


def _said(said: dict[str, Any], issued_on: date, t: dict[str, str], lang: str) -> list[tuple[str, Any]]:
    zh = lang == "zh"
    rows: list[tuple[str, Any]] = [
        (t["unit"], said["unit"]["name"]),
        (t["role"], ROLES.get(said["role"], said["role"]) if zh else said["role"]),
        (t["team"], said["team"]),
        (t["order"], said["order_number"]),
        (t["place"], said["place"]),
    ]
    if "visits" in said:
        grades = [f"{one['year']} {GRADES.get(one['grade'], '') if zh else one['grade']}" for one in said["grades"]]
        rows += [
            (t["host"], said["host"]["name"] or said["host"]["code"]),
            (t["term"], f"{said['from']} — {said['to'] or issued_on}" + ("" if said["to"] else t["now"])),
            (t["served"], f"{said['days']} {t['days']} · {said['visits']} {t['visits']}"),
            *([(t["grade"], "，".join(grades))] if grades else []),
        ]
    for one in said.get("benefits", ()):
        word = benefit.WORDS.get(one["kind"], (one["kind"], one["kind"]))[0 if zh else 1]
        rows.append((t["benefit"], f"{word}（{t['until']} {_until(one, t)}）"))
    return rows


def _until(one: dict[str, Any], t: dict[str, str]) -> str:
    return str(date.fromisoformat(one["valid_until"])) if one["valid_until"] else t["always"]


def unknown_page(number: str, reasons: Iterable[Reason], lang: str) -> bytes:
    """No certificate has this number, or none was asked for yet."""
    lines = [reason.text(lang) for reason in reasons if reason.code != "certificate.not_found"]
    shown = number[:40]
    return rendered("certificate_unknown.html", keep="", number=shown, lines=lines, t=_TEXTS[lang], lang=lang)
