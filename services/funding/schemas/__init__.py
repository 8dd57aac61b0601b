"""Shapes of requests and answers, a file per noun."""

from services.funding.schemas.answers import *  # noqa: F403
from services.funding.schemas.awards import *  # noqa: F403
from services.funding.schemas.bank_statements import *  # noqa: F403
from services.funding.schemas.banks import *  # noqa: F403
from services.funding.schemas.base import *  # noqa: F403
from services.funding.schemas.batches import *  # noqa: F403
from services.funding.schemas.books import *  # noqa: F403
from services.funding.schemas.budget_lines import *  # noqa: F403
from services.funding.schemas.budgets import *  # noqa: F403
from services.funding.schemas.expenses import *  # noqa: F403
from services.funding.schemas.final_accounts import *  # noqa: F403
from services.funding.schemas.forecast import *  # noqa: F403
from services.funding.schemas.holds import *  # noqa: F403
from services.funding.schemas.instalments import *  # noqa: F403
from services.funding.schemas.items import *  # noqa: F403
from services.funding.schemas.payees import *  # noqa: F403
from services.funding.schemas.payments import *  # noqa: F403
from services.funding.schemas.proofs import *  # noqa: F403
from services.funding.schemas.recoveries import *  # noqa: F403
from services.funding.schemas.reports import *  # noqa: F403
from services.funding.schemas.resolutions import *  # noqa: F403
from services.funding.schemas.substitutes import *  # noqa: F403
from services.funding.schemas.wanted import *  # noqa: F403
