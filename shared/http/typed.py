"""What a page without scripts sends: the fields of its form.

No hidden token guards such a form: nobody is logged in by a cookie here, so a page elsewhere that sends it in somebody's
name gains nothing that whoever made that page could not send alone.
"""

from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from shared.errors import Malformed, Reason
from shared.http.problems import validation_reasons
from shared.http.texts import unfit

MOST_FIELDS = 2_000


def is_form(request: Request) -> bool:
    """Whether a page sent it, not a program."""
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


async def fields(request: Request) -> list[tuple[str, str]]:
    """Every field that was filled in, in the page's order. Raises :class:`Malformed` for more than any page has, and
    for what is no text of people (``texts``)."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        found = parse_qsl(body, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Malformed(Reason("field.invalid", "格式不对", "Not of the right form")) from None
    if wrong := tuple(reason for name, value in found for reason in unfit({name: value}, "")):
        raise Malformed(*wrong)
    return found


def faults(error: ValidationError) -> tuple[Reason, ...]:
    """What does not fit the shape, worded as for a program that sends JSON."""
    found = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors(include_url=False)]
    return validation_reasons(RequestValidationError(found))
