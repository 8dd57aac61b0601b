"""Events of the funding service: appropriations, awards, instalments, payee accounts."""

from shared.contracts.funding.awards import *
from shared.contracts.funding.batches import *
from shared.contracts.funding.budgets import *
from shared.contracts.funding.expenses import *
from shared.contracts.funding.final_accounts import *
from shared.contracts.funding.holds import *
from shared.contracts.funding.instalments import *
from shared.contracts.funding.items import *
from shared.contracts.funding.payees import *
from shared.contracts.funding.paying_accounts import *
from shared.contracts.funding.proofs import *
from shared.contracts.funding.recoveries import *
from shared.contracts.funding.resolutions import *
from shared.contracts.funding.substitutes import *
from shared.contracts.funding.templates import *
from shared.contracts.funding.transfers import *
