"""Whose host's rating is entered wrong in the demo: two teams for which that matters most."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from demo import scorecard
from demo.folder import Team


@dataclass(frozen=True)
class Mistakes:
    """A round too small for it has no such team."""

    objected: Team | None = None
    overlooked: Team | None = None

    def host_rating(self, team: Team) -> Decimal:
        """As it is entered first: a digit is lost."""
        return _lost_a_digit(team).host_rating if team in (self.objected, self.overlooked) else team.host_rating


def choose(teams: Iterable[Team]) -> Mistakes:
    """The teams that are qualified, and would be unqualified with the wrong rating; else those that lose most."""
    qualified = [
        (_lost_a_digit(team), team)
        for team in teams
        if scorecard.QUALIFIED_FROM <= scorecard.score(team).total < scorecard.EXCELLENT_FROM
    ]
    by_loss = sorted(qualified, key=lambda pair: scorecard.score(pair[0]).total)
    return Mistakes(*[team for _wrong, team in by_loss[:2]])


def _lost_a_digit(team: Team) -> Team:
    return replace(team, host_rating=team.host_rating // 10)
