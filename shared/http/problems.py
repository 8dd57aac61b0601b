"""RFC 9457 problem+json: every refusal names all reasons, each with its field, in the caller's language."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from html import escape
from typing import Any

import httpx
import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from shared import errors, telemetry
from shared.db import reasons_of
from shared.errors import Answer, Reason
from shared.http.caching import wants_page
from shared.outages import database_lost, sqlstate, try_again

log = logging.getLogger("jiedan.http")

STATUS: Mapping[type[Answer], tuple[int, str, str]] = {
    errors.Malformed: (422, "内容有误", "The content cannot be accepted"),
    errors.Refused: (409, "按规定不予办理", "Refused by a rule"),
    errors.NotAllowed: (409, "当前状态不允许此操作", "Not possible in the present status"),
    errors.Forbidden: (403, "无权办理", "Never allowed for this role"),
    errors.NotFound: (404, "未找到", "Not found"),
    errors.Changed: (412, "内容已被他人修改", "Changed by someone else"),
    errors.Unseen: (428, "请先读取", "Read it first"),
    errors.Damaged: (500, "文件已损坏", "The file is damaged"),
    errors.Unauthenticated: (401, "需要登录", "A token is needed"),
    errors.TooMany: (429, "请求过于频繁", "Too many requests"),
}


class ProblemError(BaseModel):
    pointer: str
    code: str
    text: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemError]
    trace_id: str


DOCUMENTED: dict[str, Any] = {
    "content": {
        "application/problem+json": {},
        "application/json": {"schema": {"$ref": "#/components/schemas/Problem"}},
    }
}
"""A status of OpenAPI that is answered with a problem. By reference: given as a model, FastAPI would build a validator
for each status of each route, thousands of them, and none is ever used."""
EVERYWHERE: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 404, 409, 412, 413, 422, 428, 503), DOCUMENTED)
"""What any route may answer."""


def declare(schema: dict[str, Any]) -> None:
    """Put what :data:`DOCUMENTED` refers to into an OpenAPI document."""
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    shapes = schema.setdefault("components", {}).setdefault("schemas", {})
    shapes |= {**problem.pop("$defs"), "Problem": problem}
    schema["components"]["schemas"] = dict(sorted(shapes.items()))


def language(request: Request) -> str:
    """``en`` only when the caller prefers it; the users of this system read Chinese."""
    first = request.headers.get("accept-language", "zh").split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "zh"


_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title} · 接单</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="font:20px/1.6 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1rem"><h1>{title}</h1>{lines}
<p><a href="/">接单 Jiedan</a></p></body></html>"""
_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"


def problem(
    request: Request,
    status: int,
    title: Reason,
    reasons: tuple[Reason, ...] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """As problem+json; at an address for everybody a browser gets a page that people can read."""
    lang = language(request)
    shown = reasons or (title,)
    extra = {"Content-Language": "en" if lang == "en" else "zh-CN", **(headers or {})}
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    if path.startswith("/public/") and wants_page(request.scope):
        page = _PAGE.format(title=escape(title.zh), lines="".join(f"<p>{escape(f'{r.zh} {r.en}')}</p>" for r in shown))
        return HTMLResponse(page, status, {**extra, "Cache-Control": "no-store", "Content-Security-Policy": _CSP})
    body = {
        "type": "about:blank",
        "title": title.text(lang),
        "status": status,
        "detail": ("；" if lang == "zh" else "; ").join(dict.fromkeys(r.text(lang) for r in shown))[:2000],
        "code": shown[0].code,
        "errors": [{"pointer": r.pointer, "code": r.code, "text": r.text(lang)} for r in reasons],
        "trace_id": telemetry.trace_id(),
    }
    return Response(orjson.dumps(body), status, extra, "application/problem+json")


def answer_problem(request: Request, error: Answer) -> Response:
    for kind in type(error).__mro__:
        if kind in STATUS:
            status, zh, en = STATUS[kind]
            headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
            if isinstance(error, errors.TooMany):
                headers = {"Retry-After": str(error.seconds)}
            return problem(request, status, Reason(error.reasons[0].code, zh, en), error.reasons, headers)
    raise error


_VALIDATION_ZH = {
    "missing": "必填",
    "string_too_short": "至少{min_length}个字",
    "string_too_long": "最多{max_length}个字",
    "too_short": "至少{min_length}项",
    "too_long": "最多{max_length}项",
    "extra_forbidden": "不认识的字段",
    "int_type": "须为整数",
    "int_parsing": "须为整数",
    "int_from_float": "须为整数",
    "int_parsing_size": "数字过大",
    "float_type": "须为数字",
    "float_parsing": "须为数字",
    "decimal_type": "须为数字",
    "decimal_parsing": "须为数字",
    "decimal_max_places": "最多{decimal_places}位小数",
    "finite_number": "须为有限的数字",
    "bool_type": "须为是或否",
    "bool_parsing": "须为是或否",
    "string_type": "须为文字",
    "list_type": "须为列表",
    "dict_type": "须为对象",
    "model_attributes_type": "须为对象",
    "uuid_type": "标识格式不对",
    "uuid_parsing": "标识格式不对",
    "json_invalid": "不是有效的 JSON",
    "string_pattern_mismatch": "格式不对",
    "date_type": "日期格式不对",
    "date_parsing": "日期格式不对",
    "date_from_datetime_parsing": "日期格式不对",
    "date_from_datetime_inexact": "须为日期，不带时间",
    "datetime_type": "时间格式不对",
    "datetime_parsing": "时间格式不对",
    "datetime_from_date_parsing": "时间格式不对",
    "timezone_aware": "时间须带时区",
    "greater_than": "须大于{gt}",
    "greater_than_equal": "不得小于{ge}",
    "less_than": "须小于{lt}",
    "less_than_equal": "不得大于{le}",
    "literal_error": "须为：{expected}",
    "enum": "须为：{expected}",
}
_FEN = ("金额须为整数分：不带小数、单位和引号", "An amount is whole fen: without decimals, unit or quotes")


def validation_reasons(error: RequestValidationError) -> tuple[Reason, ...]:
    """One reason a field. The pointer leaves out where FastAPI found it (body, query, path)."""
    found = []
    for item in error.errors():
        where = [str(part) for part in item["loc"][1:]] or [str(item["loc"][0])]
        escaped = "/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in where)
        found.append(Reason(f"field.{item['type']}", *_said(item, where[-1]), escaped))
    return tuple(found)


def _said(item: dict[str, Any], name: str) -> tuple[str, str]:
    """In both languages; our own validators say both, with a stroke between."""
    kind, said = item["type"], str(item["msg"]).removeprefix("Value error, ")
    if name.endswith("_fen") and kind in ("int_type", "int_parsing", "int_from_float"):
        return _FEN
    if kind == "value_error":
        zh, _stroke, en = said.partition(" / ")
        return zh, en or zh
    known = _VALIDATION_ZH.get(kind)
    if known is None:
        return said, said
    values = {name: str(value) for name, value in item.get("ctx", {}).items()}
    values["expected"] = values.get("expected", "").replace(" or ", "、").replace(", ", "、").replace("'", "")
    return known.format_map(defaultdict(str, values)), said


_BUSY = Reason("service.busy", "服务暂时不可用，请稍后重试", "Temporarily unavailable; try again")


def install(app: FastAPI) -> None:
    """Every exception that leaves a route becomes a problem."""

    @app.exception_handler(Answer)
    async def _answer(request: Request, error: Answer) -> Response:
        return answer_problem(request, error)

    @app.exception_handler(RequestValidationError)
    async def _malformed(request: Request, error: RequestValidationError) -> Response:
        title = Reason("request.malformed", "内容有误", "The content cannot be accepted")
        return problem(request, 422, title, validation_reasons(error))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 400:  # the body cannot even be read: bytes that are no text, a broken multipart
            unreadable = Reason("request.unreadable", "无法读取请求内容", f"The content cannot be read: {error.detail}")
            return problem(request, 422, unreadable, (unreadable,))
        texts = {
            404: ("未找到", "Not found"),
            405: ("不支持此方法", "Method not allowed"),
            413: ("内容过大", "Too large"),
        }
        zh, en = texts.get(error.status_code, (str(error.detail), str(error.detail)))
        return problem(
            request, error.status_code, Reason("http." + str(error.status_code), zh, en), (), dict(error.headers or {})
        )

    @app.exception_handler(IntegrityError)
    async def _constraint(request: Request, error: IntegrityError) -> Response:
        try:
            return answer_problem(request, errors.Refused(reasons_of(error)))
        except IntegrityError:
            log.exception("a constraint that nobody worded")
            return _unexpected(request)

    async def _busy(request: Request, error: Exception) -> Response:
        log.warning("what this needs is not there: %s", type(error).__name__)
        return problem(request, 503, _BUSY, (), {"Retry-After": "1"})

    app.add_exception_handler(PoolTimeout, _busy)
    app.add_exception_handler(OSError, _busy)
    app.add_exception_handler(httpx.HTTPError, _busy)

    @app.exception_handler(DBAPIError)
    async def _database(request: Request, error: DBAPIError) -> Response:
        if database_lost(error) or try_again(error) or "connection" in str(error.orig).lower():
            return await _busy(request, error)
        if sqlstate(error).startswith("22"):  # data exceptions: NUL in text, a date that is none
            unfit = Reason(
                "request.unfit",
                "内容含有无法保存的字符或数值",
                "Something in it cannot be stored: a NUL, a number too large",
            )
            return problem(request, 422, unfit, (unfit,))
        log.exception("the database refused")
        return _unexpected(request)

    @app.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> Response:
        log.error("unexpected", exc_info=error)
        return _unexpected(request)


def _unexpected(request: Request) -> Response:
    return problem(
        request, 500, Reason("service.unexpected", "系统出错，已记录", "An unexpected error; it has been logged")
    )
