"""Events of the assessment service: public notices, cycles, assessments, editions and their consequences."""

from shared.contracts.assessment.corrections import *  # noqa: F403
from shared.contracts.assessment.cycles import *  # noqa: F403
from shared.contracts.assessment.editions import *  # noqa: F403
from shared.contracts.assessment.following import *  # noqa: F403
from shared.contracts.assessment.notices import *  # noqa: F403
from shared.contracts.assessment.reports import *  # noqa: F403
from shared.contracts.assessment.reviews import *  # noqa: F403
from shared.contracts.assessment.subscriptions import *  # noqa: F403
