"""REST of the funding service, a file per noun. ``routers`` is what ``main`` mounts."""

from services.funding.api.answers import answers
from services.funding.api.attachments import attachments
from services.funding.api.awards import awards
from services.funding.api.bank_statements import bank_statements
from services.funding.api.banks import banks
from services.funding.api.batches import batches
from services.funding.api.books import books
from services.funding.api.budget_lines import budget_lines
from services.funding.api.budgets import budgets
from services.funding.api.expenses import expenses
from services.funding.api.exports import exports
from services.funding.api.final_accounts import final_accounts
from services.funding.api.forecast import forecast
from services.funding.api.holds import holds
from services.funding.api.instalments import instalments
from services.funding.api.items import items
from services.funding.api.payees import payees
from services.funding.api.proofs import proofs
from services.funding.api.recoveries import recoveries
from services.funding.api.reports import reports
from services.funding.api.resolutions import resolutions
from services.funding.api.substitutes import substitutes

routers = (
    exports,
    budgets,
    budget_lines,
    expenses,
    final_accounts,
    recoveries,
    payees,
    awards,
    attachments,
    instalments,
    holds,
    proofs,
    substitutes,
    banks,
    forecast,
    batches,
    answers,
    resolutions,
    items,
    bank_statements,
    books,
    reports,
)
