"""Expenses of an award. Whom they went to and what for stays with the expense."""

from uuid import UUID

from shared.contracts.funding.awards import OfAward


class OfExpense(OfAward):
    """``amount_fen`` is the expense's."""

    expense_id: UUID


class ExpenseDrafted(OfExpense, type="funding.expense.drafted.v1"):
    pass


class ExpenseEdited(OfExpense, type="funding.expense.edited.v1"):
    pass


class ExpenseSubmitted(OfExpense, type="funding.expense.submitted.v1"):
    pass


class ExpenseAccepted(OfExpense, type="funding.expense.accepted.v1"):
    """A second person at the finance desk accepted it."""


class ExpenseReturned(OfExpense, type="funding.expense.returned.v1"):
    """Sent back, also after it was accepted; the reason stays with it."""


class ExpenseWithdrawn(OfExpense, type="funding.expense.withdrawn.v1"):
    pass
