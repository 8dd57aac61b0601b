"""A policy set as a document: what travels in ``round.opened`` and is hashed."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.canonical import canonical, fingerprint
from shared.contracts.modes import MODES
from shared.contracts.policy import (
    AMOUNT_RULES,
    ASSESSORS_RULES,
    CLEAR_POINTS,
    DOCUMENTS,
    GATES,
    NORMALISATIONS,
    SCHEDULES,
    SCORECARDS,
    SWITCHES,
    AssessmentPolicy,
    FundingPolicy,
    PolicySet,
    Scorecard,
    TeamsPolicy,
    of_weights,
    scorecard_faults,
)

_SHAPE = TypeAdapter(PolicySet)
_NAMED: tuple[tuple[str, str, Mapping[str, Any], str], ...] = (
    ("funding", "schedule", SCHEDULES, "its instalments"),
    ("assessment", "scorecard", SCORECARDS, "its sections"),
)
"""Values that may be named instead of written out."""

MOST_BYTES = 64 << 10
"""Of a whole document: it travels in an event, whose size the broker limits."""
MOST = {"fen": 10**13, "days": 3_660, "working days": 250, "years": 50, "points": 1_000}
"""The greatest value of a unit that is no slip of the pen; other numbers go up to ``MOST_OTHER``."""
MOST_OTHER = 10_000


class BadPolicy(ValueError):
    """``faults`` are (JSON pointer, message) pairs."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{pointer}: {message}" for pointer, message in faults))
        self.faults = faults


def policy_document(overrides: dict[str, Any]) -> dict[str, Any]:
    """The defaults, what the mode lays over them, and ``overrides`` over both, section by section. Raises
    :class:`BadPolicy` on unknown names and unfit values."""
    defaults: dict[str, Any] = _SHAPE.dump_python(PolicySet(), mode="json")
    mode = overrides.get("mode", defaults["mode"])
    if not isinstance(mode, str) or mode not in MODES:
        raise BadPolicy([("/policy/mode", f"one of {', '.join(MODES)}")])
    for section, values in MODES[mode].items():
        defaults[section] = {**defaults[section], **values} if isinstance(values, dict) else values
    merged = dict(defaults)
    unknown = []
    for section, values in overrides.items():
        if section not in defaults:
            unknown.append((f"/policy/{section}", "unknown section"))
        elif isinstance(defaults[section], dict) and isinstance(values, dict):
            unknown += [
                (f"/policy/{section}/{name}", "unknown value") for name in values if name not in defaults[section]
            ]
            merged[section] = {**defaults[section], **values}
        else:
            merged[section] = values
    if unknown:
        raise BadPolicy(unknown)
    for section, value, known, else_ in _NAMED:
        if isinstance(merged[section], dict) and isinstance(named := merged[section][value], str):
            if named not in known:
                raise BadPolicy([(f"/policy/{section}/{value}", f"one of {', '.join(known)}, or {else_}")])
            merged[section] = {**merged[section], value: known[named]}
    try:
        policy = _SHAPE.validate_python(merged)
        document: dict[str, Any] = _SHAPE.dump_python(policy, mode="json")
    except ValidationError as error:
        raise BadPolicy([("/policy/" + "/".join(map(str, e["loc"])), e["msg"]) for e in error.errors()]) from error
    if faults := [*_number_faults(document), *_sense_faults(policy)]:
        raise BadPolicy(faults)
    if len(canonical(document)) > MOST_BYTES:
        raise BadPolicy([("/policy", f"larger than {MOST_BYTES >> 10} KiB")])
    return document


def _number_faults(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """No negative numbers, none beyond what their unit can mean."""
    for section in fields(PolicySet):
        for value in fields(section.type) if isinstance(section.type, type) and section.name in _SECTIONS else ():
            number, unit = document[section.name][value.name], value.metadata["unit"]
            most = MOST.get(unit.split(" of ")[0], MOST_OTHER)
            if isinstance(number, int) and not 0 <= number <= most:
                yield f"/policy/{section.name}/{value.name}", f"must lie between 0 and {most} {unit}"


_SECTIONS = ("orders", "teams", "funding", "assessment")
_ROLES = ("lead", "member", "local_talent", "assistant")


def _sense_faults(policy: PolicySet) -> Iterator[tuple[str, str]]:
    """Values that contradict each other would stop a round that is under way."""
    teams, funding, assessment = policy.teams, policy.funding, policy.assessment
    if teams.band_min_fen > teams.band_max_fen:
        yield "/policy/teams/band_max_fen", "less than the least award"
    if not set(policy.switches) <= set(SWITCHES):
        yield "/policy/switches", f"only {', '.join(SWITCHES)}"
    else:
        yield from _switch_faults(policy)
    if not set(teams.clear_points) <= set(CLEAR_POINTS):
        yield "/policy/teams/clear_points", f"only {', '.join(CLEAR_POINTS)}"
    if teams.min_members > teams.max_members:
        yield "/policy/teams/max_members", "fewer than the fewest members"
    if not set(teams.suspended_roles) <= set(_ROLES):
        yield "/policy/teams/suspended_roles", f"only {', '.join(_ROLES)}"
    yield from _review_faults(teams)
    if funding.continued_reserve_percent > 100:
        yield "/policy/funding/continued_reserve_percent", "more than all"
    if funding.budget_transfer_percent > 100:
        yield "/policy/funding/budget_transfer_percent", "more than all"
    yield from _schedule_faults(funding)
    yield from _treasury_faults(funding)
    yield from _rating_faults(assessment)
    yield from _benefit_faults(assessment)


def _benefit_faults(assessment: AssessmentPolicy) -> Iterator[tuple[str, str]]:
    """Every benefit says for how long it is valid and how often it may be used."""
    if not set(assessment.benefit_roles) <= set(_ROLES):
        yield "/policy/assessment/benefit_roles", f"only {', '.join(_ROLES)}"
    terms = [term.kind for term in assessment.benefit_terms]
    if len(set(terms)) < len(terms) or not set(assessment.benefits) <= set(terms):
        yield "/policy/assessment/benefit_terms", "each benefit once, and all of them"
    if not 0 < assessment.card_years <= MOST["years"]:
        yield "/policy/assessment/card_years", "at least one year"
    if any(not 0 < term.years <= MOST["years"] or term.uses < 0 for term in assessment.benefit_terms):
        yield "/policy/assessment/benefit_terms", f"1 to {MOST['years']} years, and no negative number of uses"


MOST_INSTALMENTS = 24


def _schedule_faults(funding: FundingPolicy) -> Iterator[tuple[str, str]]:
    """A share that nobody can earn, or a document that nobody asks for, would keep money for ever."""
    shares = funding.schedule
    if sum(part.percent for part in shares) != 100 or any(part.percent <= 0 for part in shares):
        yield "/policy/funding/schedule", "shares must be positive and come to 100 percent"
    if len(shares) > MOST_INSTALMENTS:
        yield "/policy/funding/schedule", f"at most {MOST_INSTALMENTS} instalments"
    for place, part in enumerate(shares):
        at = f"/policy/funding/schedule/{place}"
        if not set(part.gates) <= set(GATES) or len(set(part.gates)) < len(part.gates):
            yield f"{at}/gates", f"gates are {', '.join(GATES)}, each once"
        if not set(part.documents) <= set(DOCUMENTS) or len(set(part.documents)) < len(part.documents):
            yield f"{at}/documents", f"documents are {', '.join(DOCUMENTS)}, each once"
        if ("documents" in part.gates) != bool(part.documents):
            yield f"{at}/documents", "the gate documents names what must be handed in, and nothing else does"
        if ("milestone" in part.gates) != bool(part.zh.strip() and part.en.strip()):
            yield f"{at}/zh", "a milestone has a name in Chinese and English, and nothing else does"
        if ("milestone" in part.gates) != (part.planned_percent is not None):
            yield f"{at}/planned_percent", "a milestone says when it is planned, and nothing else does"
        if part.planned_percent is not None and not 0 <= part.planned_percent <= 100:
            yield f"{at}/planned_percent", "between 0 and 100 percent of the term"
        if max(len(part.zh), len(part.en)) > 100:
            yield f"{at}/zh", "at most 100 characters"
    planned = [part.planned_percent for part in shares if part.planned_percent is not None]
    if planned != sorted(planned):
        yield "/policy/funding/schedule", "milestones follow each other in time"
    if funding.milestones_judged_by not in ("bureau", "district"):
        yield "/policy/funding/milestones_judged_by", "bureau or district"


def _treasury_faults(funding: FundingPolicy) -> Iterator[tuple[str, str]]:
    """Codes whose form is wrong would be refused by the treasury, payment by payment."""
    if funding.functional_class and not re.fullmatch("2[0-9]{6}", funding.functional_class):
        yield "/policy/funding/functional_class", "7 digits that begin with 2"
    if funding.economic_class and not re.fullmatch("[35][0-9]{4}", funding.economic_class):
        yield "/policy/funding/economic_class", "5 digits that begin with 3 or 5"
    if len(funding.budget_indicator) > 40:
        yield "/policy/funding/budget_indicator", "at most 40 characters"
    if 0 < funding.third_checker_from_fen < funding.second_checker_from_fen:
        yield "/policy/funding/third_checker_from_fen", "less than what needs a second checker"


MEASURED = ("starts_on", "agreed_days", "agreed_visits")
"""What a yearly rating measures service against."""


def _measured(card: Scorecard) -> set[str]:
    """What this card measures service against; every rating asks since when a team serves."""
    kinds = {item.kind for item in card.items}
    return {"starts_on"} | {name for name in MEASURED if name.removeprefix("agreed_") in kinds}


def _switch_faults(policy: PolicySet) -> Iterator[tuple[str, str]]:
    """A switch that is on needs what its rows of the lifecycles work with; one that is off leaves nothing behind."""
    on, clear = set(policy.switches), set(policy.teams.clear_points)
    if "award" not in on:
        if policy.teams.band_max_fen:
            yield "/policy/teams/band_max_fen", "must be 0: the switch award is off"
    elif "agreement" not in on:
        yield "/policy/switches", "award needs agreement: the agreement names the payee"
    elif "rating" not in on and any("grade" in part.gates for part in policy.funding.schedule):
        yield "/policy/funding/schedule", "the gate grade never opens: the switch rating is off"
    if "agreement" in on and not clear >= {*MEASURED, "ends_on"}:
        yield "/policy/teams/clear_points", f"the agreement states {', '.join(MEASURED)} and ends_on"
    elif "rating" in on and not clear >= (measured := _measured(policy.assessment.scorecard)):
        yield "/policy/teams/clear_points", f"a rating measures against {', '.join(sorted(measured))}"


def _rating_faults(assessment: AssessmentPolicy) -> Iterator[tuple[str, str]]:
    """A card that cannot be added up, or a way of counting that nobody knows, would stop the rating."""
    at = "/policy/assessment"
    yield from ((f"{at}/scorecard{where}", fault) for where, fault in scorecard_faults(assessment.scorecard))
    if assessment.reservations_points > 100:
        yield f"{at}/reservations_points", "points go from 0 to 100"
    if assessment.district_normalisation not in NORMALISATIONS:
        yield f"{at}/district_normalisation", f"one of {', '.join(NORMALISATIONS)}"
    if assessment.assessors_rule not in ASSESSORS_RULES:
        yield f"{at}/assessors_rule", f"one of {', '.join(ASSESSORS_RULES)}"
    if assessment.qualified_from > assessment.excellent_from:
        yield f"{at}/excellent_from", "less than what makes a team qualified"
    if assessment.excellent_cap_percent > 100:
        yield f"{at}/excellent_cap_percent", "more than all"


def _review_faults(teams: TeamsPolicy) -> Iterator[tuple[str, str]]:
    """A score sheet that cannot be added up, or amounts that cannot be rounded, would stop the selection."""
    codes = [item.code for item in teams.score_sheet]
    if not codes or len(set(codes)) != len(codes) or not all(codes):
        yield "/policy/teams/score_sheet", "needs items, each with a code of its own"
    if any(not 0 < item.weight <= MOST_OTHER for item in teams.score_sheet):
        yield "/policy/teams/score_sheet", "weights must be positive"
    if max(teams.comment_below, teams.comment_above, teams.pass_score, teams.disagreement_points) > 100:
        yield "/policy/teams/pass_score", "points go from 0 to 100"
    if teams.amount_rule not in AMOUNT_RULES:
        yield "/policy/teams/amount_rule", f"one of {', '.join(AMOUNT_RULES)}"
    if teams.amount_step_fen < 1:
        yield "/policy/teams/amount_step_fen", "at least 1 fen"


def policy_hash(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, hex: equal sets have equal hashes."""
    return fingerprint(document)


def policy_set(document: dict[str, Any]) -> PolicySet:
    """The typed set. Values that this release does not know are left out: a newer producer may add some."""
    return _parsed(canonical(document))


@lru_cache(maxsize=64)
def _parsed(document: bytes) -> PolicySet:
    found = _SHAPE.validate_json(document)
    assessment = json.loads(document).get("assessment", {})
    if "scorecard" in assessment or not set(_WEIGHTS) & set(assessment):
        return found
    card = of_weights(*(assessment.get(name, usual) for name, usual in _WEIGHTS.items()))
    return replace(found, assessment=replace(found.assessment, scorecard=card))


_WEIGHTS = {
    "days_weight": 40,
    "visits_weight": 20,
    "results_weight": 20,
    "satisfaction_weight": 20,
    "default_satisfaction": 60,
}
"""What a policy had before there were scorecards, with the defaults of then: rounds keep the set that they pinned."""
