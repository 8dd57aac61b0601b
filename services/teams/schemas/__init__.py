"""Shapes of requests and answers, a file per noun. Citizen ids and phones come in and never go out."""

from services.teams.schemas.agreements import *  # noqa: F403
from services.teams.schemas.amendments import *  # noqa: F403
from services.teams.schemas.confirmations import *  # noqa: F403
from services.teams.schemas.decisions import *  # noqa: F403
from services.teams.schemas.duties import *  # noqa: F403
from services.teams.schemas.entries import *  # noqa: F403
from services.teams.schemas.hosting import *  # noqa: F403
from services.teams.schemas.matching import *  # noqa: F403
from services.teams.schemas.nominations import *  # noqa: F403
from services.teams.schemas.people import *  # noqa: F403
from services.teams.schemas.posts import *  # noqa: F403
from services.teams.schemas.registry import *  # noqa: F403
from services.teams.schemas.reminders import *  # noqa: F403
from services.teams.schemas.reports import *  # noqa: F403
from services.teams.schemas.reviews import *  # noqa: F403
from services.teams.schemas.sharing import *  # noqa: F403
from services.teams.schemas.summaries import *  # noqa: F403
from services.teams.schemas.teams import *  # noqa: F403
