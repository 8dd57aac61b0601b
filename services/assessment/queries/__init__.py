"""Reads, a file per noun. What is not this caller's to see is not there."""

from services.assessment.queries.assessments import *  # noqa: F403
from services.assessment.queries.base import *  # noqa: F403
from services.assessment.queries.benefits import *  # noqa: F403
from services.assessment.queries.calendars import *  # noqa: F403
from services.assessment.queries.cards import *  # noqa: F403
from services.assessment.queries.certificates import *  # noqa: F403
from services.assessment.queries.corrections import *  # noqa: F403
from services.assessment.queries.cycles import *  # noqa: F403
from services.assessment.queries.duties import *  # noqa: F403
from services.assessment.queries.log import *  # noqa: F403
from services.assessment.queries.material import *  # noqa: F403
from services.assessment.queries.notices import *  # noqa: F403
from services.assessment.queries.objections import *  # noqa: F403
from services.assessment.queries.public import *  # noqa: F403
from services.assessment.queries.rectifications import *  # noqa: F403
from services.assessment.queries.reports import *  # noqa: F403
from services.assessment.queries.reviews import *  # noqa: F403
from services.assessment.queries.subscriptions import *  # noqa: F403
from services.assessment.queries.yearly import *  # noqa: F403
