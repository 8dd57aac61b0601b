"""What can be answered instead of a result. Pure: the rules raise these, the edges translate them.

A :class:`Reason` is for a person, in Chinese and English, beside a stable code for programs and a JSON pointer
to the field it is about. A refusal always carries *every* reason, so nobody has to try again to see the next one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.actor import ROLES


@dataclass(frozen=True, slots=True)
class Reason:
    """One unmet condition: ``code`` is stable (``noun.condition``), ``pointer`` is an RFC 6901 JSON pointer."""

    code: str
    zh: str
    en: str
    pointer: str = ""

    def text(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Answer(Exception):
    """A deliberate answer other than success."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__("; ".join(f"{r.code}: {r.en}" for r in reasons))
        self.reasons = reasons


class Refused(Answer):
    """A rule says no (HTTP 409). Trying again changes nothing until the named conditions are met."""


class NotAllowed(Refused):
    """The lifecycle does not list this step from the present status (HTTP 409); says which steps it does list."""


class Malformed(Answer):
    """What was sent cannot be read as what it should be (HTTP 422)."""


class Forbidden(Answer):
    """Never allowed for this actor, whatever the state (HTTP 403)."""


class NotFound(Answer):
    """Not there, or not this actor's to see: both answer alike (HTTP 404). ``zh`` and ``en`` say what is missing where
    that gives nothing away."""

    def __init__(self, noun: str = "resource", zh: str = "未找到", en: str = "Not found", pointer: str = "") -> None:
        super().__init__(Reason(f"{noun}.not_found", zh, en, pointer))


class Changed(Answer):
    """Someone else changed it since it was read (HTTP 412)."""

    def __init__(self) -> None:
        super().__init__(
            Reason("version.changed", "内容已被他人修改，请刷新后重试", "Changed since it was read; read it again")
        )


class Unseen(Answer):
    """An edit must name the version that was read, and did not (HTTP 428)."""

    def __init__(self) -> None:
        super().__init__(
            Reason("version.missing", "缺少 If-Match：请先读取再修改", "If-Match is missing: read it first")
        )


class Unauthenticated(Answer):
    """No token, or one that does not hold (HTTP 401)."""

    def __init__(self, code: str = "token.missing", zh: str = "需要登录", en: str = "A token is needed") -> None:
        super().__init__(Reason(code, zh, en))


class TooMany(Answer):
    """More requests than one caller may send (HTTP 429); ``seconds`` until the next may come."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            Reason(
                "request.too_many", f"请求过于频繁，请在{seconds}秒后重试", f"Too many; try again in {seconds} seconds"
            )
        )


class Damaged(Answer):
    """What is kept is not what was handed in (HTTP 500): nobody is given it, and an operator must look."""

    def __init__(self) -> None:
        super().__init__(
            Reason(
                "file.damaged",
                "文件已损坏或丢失，不予提供，请联系运维人员",
                "The file is damaged or lost and is not handed out; tell the operators",
            )
        )


class NotYet(Exception):
    """An event arrived before another producer's event that it builds on: hold it until that aggregate moves."""

    def __init__(self, producer: str, aggregate: str) -> None:
        super().__init__(f"waits for {producer} {aggregate}")
        self.producer, self.aggregate = producer, aggregate


def reason_given(code: str, reason: str) -> Iterable[Reason]:
    """Whoever decides otherwise, or ends something, says why; blanks are no reason."""
    if not reason.strip():
        yield Reason(code, "须说明理由", "A reason must be given", "/reason")


def only_for(code: str, roles: Iterable[str], zh: str = "", en: str = "", pointer: str = "") -> Reason:
    """Why a step (``zh``, ``en``; blank: the whole route) is not this actor's: the roles that may."""
    who, of_zh, of_en = tuple(roles), f"“{zh}”" if zh else "", f"'{en}' is only for" if en else "Only for"
    words = "、".join(ROLES.get(role, "系统") for role in who)
    return Reason(code, f"{of_zh}仅限角色：{words}", f"{of_en}: {', '.join(who)}", pointer)


def require(obstacles: Iterable[Reason]) -> None:
    """Raise :class:`Refused` with every obstacle, or return when there is none."""
    reasons = tuple(obstacles)
    if reasons:
        raise Refused(*reasons)
