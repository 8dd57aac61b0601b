"""What the papers and workbooks of this service say. How a paper looks is said once, in ``shared/documents.py``."""

from services.funding.forms.award_statement import *
from services.funding.forms.final_account import *
from services.funding.forms.payments import *
from services.funding.forms.recovery import *
from services.funding.forms.report import *
