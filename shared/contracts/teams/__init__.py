"""Events of the teams service: the expert registry, posts, claims that become teams, their selection, their service."""

from shared.contracts.teams.claims import *  # noqa: F403
from shared.contracts.teams.continuing import *  # noqa: F403
from shared.contracts.teams.people import *  # noqa: F403
from shared.contracts.teams.posts import *  # noqa: F403
from shared.contracts.teams.selection import *  # noqa: F403
from shared.contracts.teams.service import *  # noqa: F403
from shared.contracts.teams.serving import *  # noqa: F403
