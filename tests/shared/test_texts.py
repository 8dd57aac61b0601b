"""What the edges refuse before any rule is asked: characters that are no text, dates and codes, roles."""

import json
from typing import Annotated, Any, Literal

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError

from shared.auth import actor_of
from shared.errors import Malformed, Unauthenticated
from shared.http.problems import validation_reasons
from shared.http.shapes import CreditCode, Day, Division, Instant, Name, Phone
from shared.http.texts import check_text
from shared.identifiers import citizen_id_error

JSON = "application/json"


def pointers(body: bytes) -> set[str]:
    with pytest.raises(Malformed) as refusal:
        check_text(body, JSON)
    for reason in refusal.value.reasons:
        reason.pointer.encode()  # can be answered
    return {reason.pointer for reason in refusal.value.reasons}


def test_every_field_with_a_control_character_is_named() -> None:
    body = {"name": "a\0b", "fine": "line\nline\ttab", "list": [{"x": "\x0b"}, "￾"], "a/b": "\x1f"}
    assert pointers(json.dumps(body).encode()) == {"/name", "/list/0/x", "/list/1", "/a~1b"}
    assert pointers('["￿"]'.encode()) == {"/0"}


def test_half_a_surrogate_pair_is_named_in_values_and_in_names() -> None:
    assert pointers(rb'{"name": "\ud800", "\udfff": 1}') == {"/name", "/?"}


@pytest.mark.parametrize("mark", ["\u202e", "\u202a", "\u2066", "\u2069"])
def test_what_turns_the_direction_of_a_text_round_is_named(mark: str) -> None:
    for written in (
        json.dumps({"name": f"三峡{mark}学院"}),
        json.dumps({"name": f"三峡{mark}学院"}, ensure_ascii=False),
    ):
        assert pointers(written.encode()) == {"/name"}


@pytest.mark.parametrize("nothing", ["\u200b", " \u200b\n", "\ufeff\u3164", "\u2060\u00ad", "\u200d\ufe0f"])
def test_a_text_in_which_there_is_nothing_to_see_is_named(nothing: str) -> None:
    for ascii_only in (True, False):
        written = json.dumps({"reason": nothing, "said": [{"text": nothing}], "blank": " "}, ensure_ascii=ascii_only)
        assert pointers(written.encode()) == {"/reason", "/said/0/text"}


def test_a_body_full_of_what_cannot_be_seen_is_looked_through_once() -> None:
    """Anybody may send a megabyte: looked for from every place anew it would keep the process for minutes."""
    check_text(json.dumps({"text": "\u200b" * 300_000 + "x"}, ensure_ascii=False).encode(), JSON)


class Sent(BaseModel):
    amount_fen: Annotated[int, Field(strict=True, gt=0, le=100)] = 1
    count: Annotated[int, Field(strict=True)] = 1
    name: Annotated[str, Field(max_length=2)] = ""
    result: Literal["paid", "returned"] = "paid"
    reason: Annotated[str, AfterValidator(lambda _text: _refuse())] = ""


def _refuse() -> str:
    raise ValueError("须说明{原因} / state why {now}")


@pytest.mark.parametrize(
    ("field", "value", "zh", "en"),
    [
        ("amount_fen", "5万元", "金额须为整数分：不带小数、单位和引号", "whole fen"),
        ("amount_fen", 5.5, "金额须为整数分：不带小数、单位和引号", "whole fen"),
        ("amount_fen", 0, "须大于0", "greater than 0"),
        ("amount_fen", 10**30, "不得大于100", "less than or equal to 100"),
        ("count", "x", "须为整数", "valid integer"),
        ("name", "三峡学院", "最多2个字", "at most 2"),
        ("result", "成功", "须为：paid、returned", "'paid' or 'returned'"),
        ("reason", "x", "须说明{原因}", "state why {now}"),
    ],
)
def test_a_field_that_is_refused_says_what_it_should_be_in_both_languages(
    field: str, value: Any, zh: str, en: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        Sent.model_validate({field: value})
    errors = [{**error, "loc": ("body", *error["loc"])} for error in refusal.value.errors()]
    [reason] = validation_reasons(RequestValidationError(errors))
    assert (reason.zh, reason.pointer) == (zh, f"/{field}")
    assert en in reason.en
    assert "Value error" not in reason.en


def test_what_people_write_passes() -> None:
    check_text(json.dumps({"名": "茶园\n病虫害😀", "path": "C:\\u0001"}).encode(), JSON)
    check_text(rb'["\ud83d\ude00 \u4e2d"]', JSON)
    check_text(json.dumps({"家": "👨\u200d👩\u200d👧 ❤\ufe0f", "Farsi": "می\u200cروم", "empty": " "}).encode(), JSON)
    check_text(b'{"not json \\u0000', JSON)
    check_text(b"\\u0000 in a file", "multipart/form-data; boundary=x")


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (Instant, "0001-01-01T00:00:00+14:00"),
        (Instant, "9999-12-31T23:59:59-12:00"),
        (Instant, "2020-03-01T00:00:00"),
        (Day, "9999-12-31"),
        (Day, "2020-02-30"),
        (Division, "５００１０１０００００００"),
        (Division, "500101000000\n"),
        (Phone, "１３８００００００００"),
        (CreditCode, "N2500101053181942A\n"),
        (Name, "  "),
    ],
)
def test_values_that_only_look_right_are_refused(shape: Any, value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(shape).validate_python(value)


def test_a_citizen_id_in_full_width_digits_is_not_a_second_person() -> None:
    assert citizen_id_error("42011119900809654X") != citizen_id_error("４２０１１１１９９００８０９６５４X")
    assert getattr(citizen_id_error("４２０１１１１９９００８０９６５４X"), "code", "") == "citizen_id.form"


@pytest.mark.parametrize("roles", ["bureau", 5, [["bureau"]], {"bureau": 1}, [1]])
def test_a_token_whose_roles_are_no_list_of_names_does_not_hold(roles: Any) -> None:
    with pytest.raises(Unauthenticated):
        actor_of({"sub": "x", "roles": roles})
