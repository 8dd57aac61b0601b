"""Reads, a file per noun. What is not this caller's to see is not there."""

from services.assessment.queries.assessments import *
from services.assessment.queries.base import *
from services.assessment.queries.benefits import *
from services.assessment.queries.calendars import *
from services.assessment.queries.cards import *
from services.assessment.queries.certificates import *
from services.assessment.queries.corrections import *
from services.assessment.queries.cycles import *
from services.assessment.queries.duties import *
from services.assessment.queries.log import *
from services.assessment.queries.material import *
from services.assessment.queries.notices import *
from services.assessment.queries.objections import *
from services.assessment.queries.public import *
from services.assessment.queries.rectifications import *
from services.assessment.queries.reports import *
from services.assessment.queries.reviews import *
from services.assessment.queries.subscriptions import *
from services.assessment.queries.yearly import *
