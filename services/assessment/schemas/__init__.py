"""Shapes of requests and answers, a file per noun."""

from services.assessment.schemas.assessments import *
from services.assessment.schemas.base import *
from services.assessment.schemas.benefits import *
from services.assessment.schemas.calendars import *
from services.assessment.schemas.cards import *
from services.assessment.schemas.certificates import *
from services.assessment.schemas.corrections import *
from services.assessment.schemas.cycles import *
from services.assessment.schemas.duties import *
from services.assessment.schemas.happenings import *
from services.assessment.schemas.log import *
from services.assessment.schemas.notices import *
from services.assessment.schemas.objections import *
from services.assessment.schemas.public import *
from services.assessment.schemas.rectifications import *
from services.assessment.schemas.reports import *
from services.assessment.schemas.reviews import *
from services.assessment.schemas.subscriptions import *
