"""What other services tell: teams come, sign, serve, are graded and leave; anything twice, late, in any order."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import initialize, multiple, rule

from shared.contracts.teams import TeamReopened
from tests.funding.factories import OTHER_UNIT, UNIT, TeamOf
from tests.funding.machine.world import Base, amounts, choices, crashes, rounds

BUDGET = {"差旅费": 3_000_000, "培训费": 2_000_000}


class Teams(Base):
    @initialize(target=Base.teams, amounts_fen=st.lists(amounts, min_size=4, max_size=4))
    def sign_teams(self, amounts_fen: list[int]) -> Any:
        """Four teams whose year goes on as it should, the last of them in the later round."""
        first, later = self.rounds
        places = ((first, UNIT), (first, UNIT), (first, OTHER_UNIT), (later, UNIT))
        made = [(TeamOf(key, unit=unit), fen) for (key, unit), fen in zip(places, amounts_fen, strict=True)]
        for team, fen in made:
            for event in (team.proposed(fen), team.confirmed(fen), team.agreed(fen, BUDGET), team.started()):
                self.hear(event)
        return multiple(*made)

    @rule(target=Base.teams, number=rounds, amount_fen=amounts, crash=crashes)
    def propose(self, number: int, amount_fen: int, crash: str) -> tuple[TeamOf, int]:
        team = TeamOf(self.rounds[number])
        self.hear(team.proposed(amount_fen), crash)
        return team, amount_fen

    @rule(target=Base.teams, team=Base.teams, amount_fen=amounts, crash=crashes)
    def continue_team(self, team: tuple[TeamOf, int], amount_fen: int, crash: str) -> tuple[TeamOf, int]:
        """It goes on in the later round without the open call."""
        earlier, later = team[0], TeamOf(self.rounds[1], unit=team[0].unit)
        continues = {"continues": earlier.team_id, "continues_ground": earlier.assessment_id}
        self.hear(later.proposed(amount_fen, payee_unit_code=earlier.unit, **continues), crash)
        return later, amount_fen

    @rule(
        team=Base.teams,
        crash=crashes,
        kind=st.sampled_from(
            (
                "proposed",
                "again",
                "confirmed",
                "agreed",
                "started",
                "reopened",
                "concluded",
                "withdrawn",
                "gone",
                "back",
            )
        ),
    )
    def hear_of_team(self, team: tuple[TeamOf, int], kind: str, crash: str) -> None:
        one, amount_fen = team
        events = {
            "proposed": one.proposed(amount_fen),
            "again": one.proposed(amount_fen, proposal=2),
            "confirmed": one.confirmed(amount_fen),
            "agreed": one.agreed(amount_fen, BUDGET),
            "started": one.started(),
            "reopened": TeamReopened(**one.ids),
            "concluded": one.concluded(),
            "withdrawn": one.withdrawn(),
            "gone": one.dissolved(),
            "back": one.reinstated(),
        }
        self.hear(events[kind], crash)

    @rule(
        team=Base.teams,
        crash=crashes,
        edition=st.integers(1, 4),
        grade=st.sampled_from(("qualified", "excellent", "unqualified")),
    )
    def hear_a_grade(self, team: tuple[TeamOf, int], grade: Any, edition: int, crash: str) -> None:
        self.hear(team[0].graded(grade, edition), crash)

    @rule(team=Base.teams, kind=st.sampled_from(("opened", "passed", "passed", "failed", "cancelled")), crash=crashes)
    def hear_of_rectification(self, team: tuple[TeamOf, int], kind: str, crash: str) -> None:
        self.hear(getattr(team[0], f"rectification_{kind}")(), crash)

    @rule(team=Base.teams, edition=st.integers(2, 4), cancelled_first=st.booleans(), crash=crashes)
    def fail_by_a_wrong_grade(self, team: tuple[TeamOf, int], edition: int, cancelled_first: bool, crash: str) -> None:
        """It is found wanting and does not put it right; then a corrected edition cancels all of it, in either order."""
        one = replace(team[0], rectification_id=uuid4())
        for event in (one.graded("unqualified", edition), one.rectification_opened(), one.rectification_failed()):
            self.hear(event)
        said = [one.graded("qualified", edition + 1), one.rectification_cancelled()]
        for event in reversed(said) if cancelled_first else said:
            self.hear(event, crash)

    @rule(team=Base.teams, number=st.integers(1, 4), travel_fen=st.sampled_from((0, 100_000, 5_000_000)), crash=crashes)
    def hear_of_an_amendment(self, team: tuple[TeamOf, int], number: int, travel_fen: int, crash: str) -> None:
        self.hear(team[0].amended(number, {"差旅费": travel_fen, "培训费": 1_000_000}), crash)

    @rule(choice=choices, crash=crashes)
    def hear_again(self, choice: int, crash: str) -> None:
        """The broker delivers at least once: what was heard, or what the process died of, comes again."""
        self.hear(self.heard.pop(choice % len(self.heard)), crash)
