"""Events of the funding service: appropriations, awards, instalments, payee accounts."""

from shared.contracts.funding.awards import *  # noqa: F403
from shared.contracts.funding.batches import *  # noqa: F403
from shared.contracts.funding.budgets import *  # noqa: F403
from shared.contracts.funding.expenses import *  # noqa: F403
from shared.contracts.funding.final_accounts import *  # noqa: F403
from shared.contracts.funding.holds import *  # noqa: F403
from shared.contracts.funding.instalments import *  # noqa: F403
from shared.contracts.funding.items import *  # noqa: F403
from shared.contracts.funding.payees import *  # noqa: F403
from shared.contracts.funding.paying_accounts import *  # noqa: F403
from shared.contracts.funding.proofs import *  # noqa: F403
from shared.contracts.funding.recoveries import *  # noqa: F403
from shared.contracts.funding.resolutions import *  # noqa: F403
from shared.contracts.funding.substitutes import *  # noqa: F403
from shared.contracts.funding.templates import *  # noqa: F403
from shared.contracts.funding.transfers import *  # noqa: F403
