"""Payee accounts."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from services.funding.schemas.base import BankName, Ground
from shared.http.shapes import ActionOut, Resource, Time


class PayeeIn(BaseModel):
    unit_code: Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True)]
    unit_name: BankName
    bank_name: BankName
    bank_code: Annotated[str, StringConstraints(strip_whitespace=True)]
    account: Annotated[str, StringConstraints(strip_whitespace=True)]


class PayeeOut(Resource):
    """The account number is masked for everybody: only the bank file carries it."""

    unit_code: str
    unit_name: str
    bank_name: str
    bank_code: str
    account: str
    registered_by: str
    registered_for: str | None
    usable_from: Time
    verified_by: str | None
    verified_for: str | None
    verified_at: Time | None
    closed_by: str | None
    closed_at: Time | None
    closed_as: str | None
    closed_reason: str | None
    actions: list[ActionOut] = []


class CloseIn(BaseModel):
    """Why an account is of no use any more."""

    ground: Ground
    reason: Annotated[str, Field(max_length=500)]
