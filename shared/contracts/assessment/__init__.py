"""Events of the assessment service: public notices, cycles, assessments, editions and their consequences."""

from shared.contracts.assessment.corrections import *
from shared.contracts.assessment.cycles import *
from shared.contracts.assessment.editions import *
from shared.contracts.assessment.following import *
from shared.contracts.assessment.notices import *
from shared.contracts.assessment.reports import *
from shared.contracts.assessment.reviews import *
from shared.contracts.assessment.subscriptions import *
