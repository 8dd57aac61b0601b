"""Suggestions: for an order the leads that suit it, for an expert the orders, for a round who could lead what.

The rule for one pair stands in ``rules/matching.py``; here it is laid over all orders × experts at once. Nothing is
changed: people decide.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import KnownOrder, Person
from services.teams.queries.matching import Work
from services.teams.rules import matching as rules
from services.teams.rules import person as person_rules
from services.teams.rules.matching import Candidate, Parts
from services.teams.rules.policy import TeamsPolicy
from services.teams.schemas import (
    Assigned,
    LeadsOut,
    LeftOver,
    MatchingOut,
    OrdersOut,
    PartsOut,
    SuggestedLead,
    SuggestedOrder,
)
from services.teams.schemas.base import spoken
from services.teams.usecases import policies
from shared.actor import Actor
from shared.coordinates import Point, point_of
from shared.errors import NotFound, Reason
from shared.subjects import all_subjects_of, name_of, same_word

MOST_PLACES = 5
"""Orders that one expert is suggested for in one round, however many the mode lets a person serve."""
_NOBODY = Reason(
    "matching.nobody", "没有专业对口、有空闲且符合条件的领衔专家", "No free and eligible lead has this expertise"
)
_TAKEN = Reason(
    "matching.taken", "对口的领衔专家已建议给其他订单", "The leads with this expertise are suggested for other orders"
)


@dataclass
class Field:
    """Orders × experts with everything that the score rests on."""

    orders: Sequence[KnownOrder]
    people: Sequence[Person]
    work: Work
    policy: TeamsPolicy
    points: Mapping[str, Point]

    @cached_property
    def order_codes(self) -> list[list[str]]:
        """Subjects of the expertise asked for; of the industry or the title where it names none."""
        return [
            all_subjects_of(o.expertise) or all_subjects_of([o.industry]) or all_subjects_of([o.title])
            for o in self.orders
        ]

    @cached_property
    def order_words(self) -> list[list[str]]:
        return [list(dict.fromkeys(map(same_word, o.expertise or [o.industry or o.title]))) for o in self.orders]

    @cached_property
    def person_words(self) -> list[list[str]]:
        return [list(dict.fromkeys(map(same_word, p.fields))) for p in self.people]

    @cached_property
    def subjects(self) -> Any:
        """The nearest pair of subjects of each order and expert."""
        import numpy as np

        own = [p.subjects for p in self.people]
        codes = sorted({code for listed in (*self.order_codes, *own) for code in listed})
        at = {code: n for n, code in enumerate(codes)}
        alike = np.array([[rules.subject_likeness(a, b) for b in codes] for a in codes], np.float32)
        nearest = np.zeros((len(own), len(codes)), np.float32)
        for row, listed in enumerate(own):
            if listed:
                nearest[row] = alike[[at[code] for code in listed]].max(axis=0)
        found = np.zeros((len(self.orders), len(own)), np.float32)
        for row, listed in enumerate(self.order_codes):
            if listed:
                found[row] = nearest[:, [at[code] for code in listed]].max(axis=1)
        return found

    @cached_property
    def words(self) -> Any:
        """Which share of the order's words (in pairs of characters) the expert's words cover."""
        import numpy as np

        wanted, held = ([_pairs(words) for words in side] for side in (self.order_words, self.person_words))
        at = {pair: n for n, pair in enumerate(sorted(set().union(*wanted)))}

        def marks(side: list[set[str]]) -> Any:
            matrix = np.zeros((len(side), len(at)), np.float32)
            for row, pairs in enumerate(side):
                matrix[row, [at[pair] for pair in pairs if pair in at]] = 1
            return matrix

        asked = marks(wanted)
        return asked @ marks(held).T / np.maximum(asked.sum(axis=1, keepdims=True), 1)

    @cached_property
    def nearness(self) -> Any:
        """By places, of which there are few: each pair of places once."""
        import numpy as np

        places, homes = ([row.division for row in side] for side in (self.orders, self.people))
        row_of, column_of = ({code: n for n, code in enumerate(sorted(set(side)))} for side in (places, homes))
        table = np.array([[self.near(a, b)[0] for b in column_of] for a in row_of], np.float32)
        return table[np.ix_([row_of[code] for code in places], [column_of[code] for code in homes])]

    def near(self, place: str, home: str) -> tuple[float, float | None]:
        """Nearness of two divisions, and the kilometres between them where both points are known."""
        one, other = point_of(place, self.points), point_of(home, self.points)
        if one is None or other is None:
            return rules.NEAR[rules.nearness_level(place, home)], None
        km = rules.distance_km(one, other)
        return float(rules.nearness_by_distance(km, self.policy)), km

    @cached_property
    def freedom(self) -> Any:
        import numpy as np

        busy, claims = (
            np.array([counts.get(p.id, 0) for p in self.people], np.float32)
            for counts in (self.work.busy, self.work.claims)
        )
        return rules.freedom(busy, claims)

    @cached_property
    def scores(self) -> Any:
        """Zero where the expertise is another, the expert is away in the term or has claimed the order already."""
        expertise = rules.expertise(self.subjects, self.words)
        found = rules.score(expertise, self.nearness, self.freedom, self.policy)
        row_of = {o.id: n for n, o in enumerate(self.orders)}
        column_of = {p.id: n for n, p in enumerate(self.people)}
        for person, claimed in self.work.asked:
            if person in column_of and claimed in row_of:
                found[row_of[claimed], column_of[person]] = 0
        for person, periods in self.work.away.items():
            for row, order in enumerate(self.orders) if person in column_of else ():
                if (
                    order.starts_on
                    and order.ends_on
                    and not rules.free_between(order.starts_on, order.ends_on, periods)
                ):
                    found[row, column_of[person]] = 0
        return found

    def parts(self, row: int, column: int) -> Parts:
        """What one score rests on."""
        order, person = self.orders[row], self.people[column]
        shared = [code for code in self.order_codes[row] if code in person.subjects]
        return Parts(
            subjects=float(self.subjects[row, column]),
            words=float(self.words[row, column]),
            nearness=float(self.nearness[row, column]),
            freedom=float(self.freedom[column]),
            shared_subjects=tuple(map(name_of, shared)),
            shared_words=tuple(word for word in self.order_words[row] if word in self.person_words[column]),
            level=rules.nearness_level(order.division, person.division),
            km=self.near(order.division, person.division)[1],
            busy=self.work.busy.get(person.id, 0),
            claims=self.work.claims.get(person.id, 0),
            key_place=order.key_place,
        )

    def _said(self, row: int, column: int) -> dict[str, Any]:
        parts = self.parts(row, column)
        shown = {name: round(getattr(parts, name), 3) for name in ("subjects", "words", "nearness", "freedom")}
        whole = round(rules.expertise(parts.subjects, parts.words), 3)
        return {
            "score": round(float(self.scores[row, column]), 3),
            "parts": PartsOut(expertise=whole, **shown),
            "reasons": spoken(rules.why(parts)),
        }

    def lead(self, row: int, column: int) -> SuggestedLead:
        p = self.people[column]
        told = self._said(row, column)
        return SuggestedLead(person_id=p.id, name=p.name, unit_name=p.unit_name, title=p.title, **told)

    def order(self, row: int, column: int) -> SuggestedOrder:
        o = self.orders[row]
        return SuggestedOrder(
            order_id=o.id,
            number=o.number,
            title=o.title,
            place=o.place,
            key_place=o.key_place,
            starts_on=o.starts_on,
            ends_on=o.ends_on,
            **self._said(row, column),
        )

    def best(self, scores: Any, count: int) -> list[int]:
        """The places of the highest scores above zero; among equals the first."""
        import numpy as np

        return [int(at) for at in np.argsort(-scores, kind="stable")[:count] if scores[at] > 0]

    def assigned(self) -> list[tuple[int, int]]:
        """The assignment with the greatest sum of scores, key places counting more. An expert stands in as many
        columns as places are free."""
        import numpy as np
        from scipy.optimize import linear_sum_assignment

        if not self.orders or not self.people:
            return []
        limit = self.policy.live_teams_per_person
        free = [min(limit - self.work.busy.get(p.id, 0), MOST_PLACES) for p in self.people]
        column = np.repeat(np.arange(len(self.people)), free)
        key = np.array([[o.key_place] for o in self.orders], np.float32)
        weighed = self.scores * rules.urgency(key, self.policy)
        rows, columns = linear_sum_assignment(weighed[:, column], maximize=True)
        pairs = ((int(row), int(column[at])) for row, at in zip(rows, columns, strict=True))
        return [(row, at) for row, at in pairs if self.scores[row, at] > 0]


def _pairs(words: Sequence[str]) -> set[str]:
    """Neighbouring characters of each word; a word of one character is a pair of its own."""
    return {word[n : n + 2] for word in words for n in range(max(1, len(word) - 1))}


def obstacles(person: Person, work: Work, policy: TeamsPolicy) -> tuple[Reason, ...]:
    """Why this expert could not lead an order of the round now."""
    candidate = Candidate(
        name=person.name,
        eligible=tuple(person_rules.lead_obstacles(person.facts, policy, "")),
        busy=work.busy.get(person.id, 0),
        limit=policy.live_teams_per_person,
        suspended=person.id in work.suspended,
        willing=person.willing,
        unit_agrees=person.unit_agrees,
    )
    return tuple(rules.candidate_obstacles(candidate))


async def leads_for(
    session: AsyncSession, order: KnownOrder, points: Mapping[str, Point], limit: int, actor: Actor, now: datetime
) -> LeadsOut:
    """The best leads for one order among the experts whom the actor may see."""
    policy = (await policies.of(session, order.round_id)).teams
    people = await queries.candidates(session, actor)
    work = await queries.work_of(session, now)

    def suggest() -> LeadsOut:
        able = [p for p in people if not obstacles(p, work, policy)]
        field = Field([order], able, work, policy, points)
        best = field.best(field.scores[0], limit) if able else []
        items = [field.lead(0, column) for column in best]
        return LeadsOut(order_id=order.id, considered=len(people), eligible=len(able), items=items)

    return await asyncio.to_thread(suggest)


async def orders_for(
    session: AsyncSession, person: Person, points: Mapping[str, Point], limit: int, now: datetime
) -> OrdersOut:
    """The best open orders for one expert, round by round as each round's policy has it."""
    orders = await queries.open_orders(session, None)
    work = await queries.work_of(session, now, person.id)
    sets = {key: (await policies.of(session, key)).teams for key in {order.round_id for order in orders}}
    barred = {key: obstacles(person, work, policy) for key, policy in sets.items()}

    def suggest() -> list[SuggestedOrder]:
        found: list[SuggestedOrder] = []
        for key, policy in sets.items():
            own = [order for order in orders if order.round_id == key]
            field = Field(own, [person], work, policy, points)
            urgent = [rules.urgency(order.key_place, policy) for order in own]
            found += [field.order(row, 0) for row in field.best(field.scores[:, 0] * urgent, limit)]
        return sorted(found, key=lambda item: -item.score)[:limit]

    items = await asyncio.to_thread(suggest)
    said = {reason.code: reason for reasons in barred.values() for reason in reasons}
    return OrdersOut(person_id=person.id, considered=len(orders), obstacles=spoken(said.values()), items=items)


async def match(
    session: AsyncSession, round_id: UUID, points: Mapping[str, Point], with_claims: bool, actor: Actor, now: datetime
) -> MatchingOut:
    """Who could lead what in the whole round."""
    policy = (await policies.of(session, round_id)).teams
    orders = await queries.open_orders(session, round_id, with_claims)
    people = await queries.candidates(session, actor)
    work = await queries.work_of(session, now)

    def suggest() -> MatchingOut:
        able = [p for p in people if not obstacles(p, work, policy)]
        field = Field(orders, able, work, policy, points)
        pairs = field.assigned()
        served = {row for row, _ in pairs}
        return MatchingOut(
            round_id=round_id,
            orders=len(orders),
            experts=len(able),
            key_places=sum(order.key_place for order in orders),
            key_places_served=sum(orders[row].key_place for row in served),
            items=[Assigned(order=field.order(row, at), lead=field.lead(row, at)) for row, at in pairs],
            left_over=[_left(field, row) for row in range(len(orders)) if row not in served],
        )

    return await asyncio.to_thread(suggest)


def _left(field: Field, row: int) -> LeftOver:
    order = field.orders[row]
    reason = _TAKEN if len(field.people) and field.scores[row].max() > 0 else _NOBODY
    return LeftOver(
        order_id=order.id,
        number=order.number,
        title=order.title,
        place=order.place,
        key_place=order.key_place,
        reasons=spoken([reason]),
    )


async def known_order(session: AsyncSession, order_id: UUID, actor: Actor) -> KnownOrder:
    """The published need, for the bureau or district that it lies in; to others it is not there. An offer has its
    expert already."""
    order = await session.get(KnownOrder, order_id)
    if order is None or order.direction != "demand" or not actor.covers(order.division):
        raise NotFound("order")
    return order
