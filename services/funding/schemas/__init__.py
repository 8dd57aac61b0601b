"""Shapes of requests and answers, a file per noun."""

from services.funding.schemas.answers import *
from services.funding.schemas.awards import *
from services.funding.schemas.bank_statements import *
from services.funding.schemas.banks import *
from services.funding.schemas.base import *
from services.funding.schemas.batches import *
from services.funding.schemas.books import *
from services.funding.schemas.budget_lines import *
from services.funding.schemas.budgets import *
from services.funding.schemas.expenses import *
from services.funding.schemas.final_accounts import *
from services.funding.schemas.forecast import *
from services.funding.schemas.holds import *
from services.funding.schemas.instalments import *
from services.funding.schemas.items import *
from services.funding.schemas.payees import *
from services.funding.schemas.payments import *
from services.funding.schemas.proofs import *
from services.funding.schemas.recoveries import *
from services.funding.schemas.reports import *
from services.funding.schemas.resolutions import *
from services.funding.schemas.substitutes import *
from services.funding.schemas.wanted import *
