"""What a bank is told of one payment. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction to the bank; the amount in fen, the names as the template's columns call them."""

    reference: str
    unit_name: str
    unit_code: str
    bank_name: str
    bank_code: str
    account: str
    amount_fen: int
    purpose: str
    budget_indicator: str = ""
    functional_class: str = ""
    economic_class: str = ""


@dataclass(frozen=True, slots=True)
class Payer:
    """The account from which it is paid."""

    payer_name: str
    payer_bank_name: str
    payer_bank_code: str
    payer_account: str
