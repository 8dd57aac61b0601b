"""Reads: who sees which team, and the facts that the rules look at."""

from services.teams.queries.absences import *  # noqa: F403
from services.teams.queries.agreements import *  # noqa: F403
from services.teams.queries.attachments import *  # noqa: F403
from services.teams.queries.decisions import *  # noqa: F403
from services.teams.queries.detail import *  # noqa: F403
from services.teams.queries.duties import PARTS as PARTS
from services.teams.queries.facts import *  # noqa: F403
from services.teams.queries.liaison import *  # noqa: F403
from services.teams.queries.lists import *  # noqa: F403
from services.teams.queries.matching import *  # noqa: F403
from services.teams.queries.messages import messages_about as messages_about
from services.teams.queries.nominations import *  # noqa: F403
from services.teams.queries.registry import *  # noqa: F403
from services.teams.queries.reinstatement import reinstatement as reinstatement
from services.teams.queries.reminders import *  # noqa: F403
from services.teams.queries.review_page import *  # noqa: F403
from services.teams.queries.reviews import *  # noqa: F403
from services.teams.queries.sameness import duplicates as duplicates
from services.teams.queries.screening import *  # noqa: F403
from services.teams.queries.sharing import *  # noqa: F403
from services.teams.queries.sight import *  # noqa: F403
from services.teams.queries.summaries import *  # noqa: F403
from services.teams.queries.waiting import owes as owes
from services.teams.queries.waiting import todo as todo
from services.teams.queries.waiting import waiting_of as waiting_of
