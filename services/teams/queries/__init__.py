"""Reads: who sees which team, and the facts that the rules look at."""

from services.teams.queries.absences import *
from services.teams.queries.agreements import *
from services.teams.queries.attachments import *
from services.teams.queries.decisions import *
from services.teams.queries.detail import *
from services.teams.queries.duties import PARTS as PARTS
from services.teams.queries.facts import *
from services.teams.queries.liaison import *
from services.teams.queries.lists import *
from services.teams.queries.matching import *
from services.teams.queries.messages import messages_about as messages_about
from services.teams.queries.nominations import *
from services.teams.queries.registry import *
from services.teams.queries.reinstatement import reinstatement as reinstatement
from services.teams.queries.reminders import *
from services.teams.queries.review_page import *
from services.teams.queries.reviews import *
from services.teams.queries.sameness import duplicates as duplicates
from services.teams.queries.screening import *
from services.teams.queries.sharing import *
from services.teams.queries.sight import *
from services.teams.queries.summaries import *
from services.teams.queries.waiting import owes as owes
from services.teams.queries.waiting import todo as todo
from services.teams.queries.waiting import waiting_of as waiting_of
