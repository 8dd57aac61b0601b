"""Tables of the funding service, a file per noun."""

from services.funding.models.answers import AnswerFile, AnswerLine, OutstandingItem
from services.funding.models.attachments import Attachment, FormVersion
from services.funding.models.awards import Award
from services.funding.models.bank_statements import BankStatement, BankStatementLine
from services.funding.models.banks import BankTemplate, PayingAccount
from services.funding.models.base import Base
from services.funding.models.batches import Batch, Instruction
from services.funding.models.budget_lines import BudgetLine, KnownAgreement, KnownDelegate, OwnPerson, Transfer
from services.funding.models.budgets import Appropriation, AppropriationChange
from services.funding.models.expenses import Expense, ExpensePart, Fapiao
from services.funding.models.final_accounts import FinalAccount
from services.funding.models.holds import Hold
from services.funding.models.instalments import Instalment
from services.funding.models.known import KnownAssessment, KnownRound
from services.funding.models.ledger import LedgerAccount, LedgerPosting, LedgerTransaction
from services.funding.models.payees import Payee
from services.funding.models.proofs import Proof
from services.funding.models.readings import Reading
from services.funding.models.recoveries import Recovery, RecoveryPart, Repayment
from services.funding.models.resolutions import Resolution
from services.funding.models.substitutes import Substitute

__all__ = [
    "AnswerFile",
    "AnswerLine",
    "Appropriation",
    "AppropriationChange",
    "Attachment",
    "Award",
    "BankStatement",
    "BankStatementLine",
    "BankTemplate",
    "Base",
    "Batch",
    "BudgetLine",
    "Expense",
    "ExpensePart",
    "Fapiao",
    "FinalAccount",
    "FormVersion",
    "Hold",
    "Instalment",
    "Instruction",
    "KnownAgreement",
    "KnownAssessment",
    "KnownDelegate",
    "KnownRound",
    "LedgerAccount",
    "LedgerPosting",
    "LedgerTransaction",
    "OutstandingItem",
    "OwnPerson",
    "Payee",
    "PayingAccount",
    "Proof",
    "Reading",
    "Recovery",
    "RecoveryPart",
    "Repayment",
    "Resolution",
    "Statement",
    "StatementLine",
    "Substitute",
    "Transfer",
]
