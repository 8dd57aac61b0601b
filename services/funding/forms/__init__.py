"""What the papers and workbooks of this service say. How a paper looks is said once, in ``shared/documents.py``."""

from services.funding.forms.award_statement import *  # noqa: F403
from services.funding.forms.final_account import *  # noqa: F403
from services.funding.forms.payments import *  # noqa: F403
from services.funding.forms.recovery import *  # noqa: F403
from services.funding.forms.report import *  # noqa: F403
