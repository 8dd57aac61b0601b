"""Reads, a file per noun. What is not this caller's to see is not there."""

from services.funding.queries.answers import *  # noqa: F403
from services.funding.queries.attachments import *  # noqa: F403
from services.funding.queries.awards import *  # noqa: F403
from services.funding.queries.banks import *  # noqa: F403
from services.funding.queries.base import *  # noqa: F403
from services.funding.queries.batches import *  # noqa: F403
from services.funding.queries.books import *  # noqa: F403
from services.funding.queries.budget_lines import *  # noqa: F403
from services.funding.queries.budgets import *  # noqa: F403
from services.funding.queries.duties import *  # noqa: F403
from services.funding.queries.expenses import *  # noqa: F403
from services.funding.queries.glance import *  # noqa: F403
from services.funding.queries.forecast import *  # noqa: F403
from services.funding.queries.holds import *  # noqa: F403
from services.funding.queries.instalments import *  # noqa: F403
from services.funding.queries.items import *  # noqa: F403
from services.funding.queries.movements import *  # noqa: F403
from services.funding.queries.payees import *  # noqa: F403
from services.funding.queries.proofs import *  # noqa: F403
from services.funding.queries.readings import *  # noqa: F403
from services.funding.queries.recoveries import *  # noqa: F403
from services.funding.queries.reports import *  # noqa: F403
from services.funding.queries.statement import *  # noqa: F403
from services.funding.queries.statements import *  # noqa: F403
from services.funding.queries.substitutes import *  # noqa: F403
from services.funding.queries.wanted import *  # noqa: F403
