"""Shapes of requests and answers, a file per noun. Citizen ids and phones come in and never go out."""

from services.teams.schemas.agreements import *
from services.teams.schemas.amendments import *
from services.teams.schemas.confirmations import *
from services.teams.schemas.decisions import *
from services.teams.schemas.duties import *
from services.teams.schemas.entries import *
from services.teams.schemas.hosting import *
from services.teams.schemas.matching import *
from services.teams.schemas.nominations import *
from services.teams.schemas.people import *
from services.teams.schemas.posts import *
from services.teams.schemas.registry import *
from services.teams.schemas.reminders import *
from services.teams.schemas.reports import *
from services.teams.schemas.reviews import *
from services.teams.schemas.sharing import *
from services.teams.schemas.summaries import *
from services.teams.schemas.teams import *
