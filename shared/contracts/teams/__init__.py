"""Events of the teams service: the expert registry, posts, claims that become teams, their selection, their service."""

from shared.contracts.teams.claims import *
from shared.contracts.teams.continuing import *
from shared.contracts.teams.people import *
from shared.contracts.teams.posts import *
from shared.contracts.teams.selection import *
from shared.contracts.teams.service import *
from shared.contracts.teams.serving import *
