"""Shapes of requests and answers, a file per noun."""

from services.assessment.schemas.assessments import *  # noqa: F403
from services.assessment.schemas.base import *  # noqa: F403
from services.assessment.schemas.benefits import *  # noqa: F403
from services.assessment.schemas.calendars import *  # noqa: F403
from services.assessment.schemas.cards import *  # noqa: F403
from services.assessment.schemas.certificates import *  # noqa: F403
from services.assessment.schemas.corrections import *  # noqa: F403
from services.assessment.schemas.cycles import *  # noqa: F403
from services.assessment.schemas.duties import *  # noqa: F403
from services.assessment.schemas.happenings import *  # noqa: F403
from services.assessment.schemas.log import *  # noqa: F403
from services.assessment.schemas.notices import *  # noqa: F403
from services.assessment.schemas.objections import *  # noqa: F403
from services.assessment.schemas.public import *  # noqa: F403
from services.assessment.schemas.rectifications import *  # noqa: F403
from services.assessment.schemas.reports import *  # noqa: F403
from services.assessment.schemas.reviews import *  # noqa: F403
from services.assessment.schemas.subscriptions import *  # noqa: F403
