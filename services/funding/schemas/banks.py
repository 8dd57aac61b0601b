"""Bank file templates and paying accounts."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.funding.rules.template import Payment, Table
from services.funding.schemas.base import BankName
from services.funding.schemas.substitutes import SignIn
from shared.http.shapes import ActionOut, Out, Time

TemplateCode = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", description="a template's code, e.g. generic_csv_gbk")
]
Digits = Annotated[str, Field(pattern=r"^[0-9]{8,32}$")]


class TemplateIn(BaseModel):
    """A bank's formats: the file that it gets, its answer, its statements. Holds nobody's account."""

    model_config = ConfigDict(extra="forbid")

    code: TemplateCode
    zh: Annotated[str, Field(min_length=1, max_length=100)]
    en: Annotated[str, Field(min_length=1, max_length=100)]
    payment: Payment
    answer: Table | None = None
    statement: Table | None = None


class TemplateOut(Out):
    """``id`` is null for those that everybody has; batches are made with the newest confirmed ``version``."""

    id: UUID | None
    code: str
    version: int
    status: str
    proposed_by: str
    confirmed_by: str | None
    zh: str
    en: str
    payment: Payment
    answer: Table | None
    statement: Table | None


class PayingAccountIn(SignIn):
    """The account from which the caller's office pays, and the template of its bank."""

    holder: BankName
    bank_name: BankName
    bank_code: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    account: Digits
    template_code: TemplateCode = "generic_csv_gbk"


class PayingAccountOut(Out):
    """``account`` shows its end only. ``…_for``: in whose place a substitute signed."""

    id: UUID
    version: int
    division: str
    holder: str
    bank_name: str
    bank_code: str
    account: str
    template_code: str
    status: str
    registered_by: str
    registered_for: str | None
    confirmed_by: str | None
    confirmed_for: str | None
    confirmed_at: Time | None
    replaced_at: Time | None
    actions: list[ActionOut]
