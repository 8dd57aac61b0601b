"""Notices, objections, assessments, cycles and consequences, as the regulation has them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from services.assessment.rules import (
    assessment,
    calendar,
    cycle,
    edition,
    entry,
    frozen,
    grading,
    notice,
    objection,
    rectification,
)
from services.assessment.rules.assessment import AssessmentFacts, Part
from services.assessment.rules.cycle import CycleFacts, TeamFacts
from services.assessment.rules.edition import Line
from services.assessment.rules.notice import NoticeFacts, Shown
from services.assessment.rules.objection import ObjectionFacts, Objector
from services.assessment.rules.policy import Policy
from services.assessment.rules.rectification import RectificationFacts
from shared.actor import Actor
from shared.calendar import TABLE_YEARS, Calendar, DeclaredYear, end_of, last_day
from shared.errors import Forbidden, NotAllowed, Refused

POLICY = Policy()
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2020, 9, 25, 10, tzinfo=SHANGHAI)
BUREAU = Actor("b", frozenset({"bureau"}), division="500000000000")
SUPERVISOR = Actor("s", frozenset({"supervisor"}), division="500000000000")
HOST = Actor("h", frozenset({"host"}))
PERSON = Objector("某人", "13800138000", None)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def a_notice(**changes) -> NoticeFacts:
    facts = {
        "status": "drafted",
        "kind": "selection",
        "entries": 2,
        "open_entries": 2,
    }
    return NoticeFacts(**{**facts, "closes_at": None, **changes})


class TestNotice:
    def test_five_working_days_end_with_the_last_of_them(self):
        last = notice.last_day(NOW, POLICY, Calendar())
        # Friday 25 September 2020: the Sunday 27 is worked, national day begins on Thursday 1 October
        assert last == date(2020, 10, 9)
        assert end_of(last, NOW) == datetime(2020, 10, 10, tzinfo=SHANGHAI)

    def test_an_empty_list_is_not_posted(self):
        with pytest.raises(Refused) as refused:
            notice.post(a_notice(entries=0), POLICY, Calendar(), BUREAU, NOW)
        assert codes(refused) == ["notice.empty"]

    def test_a_notice_that_needs_an_undeclared_year_is_refused_by_name_even_if_only_an_answer_would(self):
        late = datetime(TABLE_YEARS[-1], 12, 10, 9, tzinfo=SHANGHAI)
        with pytest.raises(Refused, match=str(late.year + 1)):
            notice.post(a_notice(), POLICY, Calendar(), BUREAU, late)
        declared = Calendar({late.year + 1: DeclaredYear()})
        assert notice.post(a_notice(), POLICY, declared, BUREAU, late) == "posted"

    def test_only_the_bureau_posts_and_only_once(self):
        with pytest.raises(Forbidden):
            notice.post(a_notice(), POLICY, Calendar(), HOST, NOW)
        with pytest.raises(NotAllowed):
            notice.post(a_notice(status="posted"), POLICY, Calendar(), BUREAU, NOW)

    def test_it_closes_at_its_end_and_not_before(self):
        posted = a_notice(status="posted", closes_at=NOW)
        assert notice.close(posted, NOW) == "closed"
        with pytest.raises(Refused):
            notice.close(posted, NOW - timedelta(seconds=1))

    def test_it_is_confirmed_only_when_every_entry_is_settled(self):
        with pytest.raises(Refused):
            notice.confirm(a_notice(status="closed", open_entries=1))
        assert notice.confirm(a_notice(status="closed", open_entries=0)) == "confirmed"

    def test_personal_data_that_somebody_typed_into_a_name_is_masked(self):
        assert notice.masked("联系13800138000或510212198108015662") == "联系138****8000或510212********5662"
        assert notice.masked("订单CQ-2026-0001，2026年") == "订单CQ-2026-0001，2026年"

    def test_the_snapshot_shows_only_what_may_be_public_in_order_of_the_orders(self):
        rows = [
            Shown("2", "CQ-2", "乙团", "乙", "某院", "某村", 5_000_000),
            Shown("1", "CQ-1", "甲团", "甲", "某校", "某镇", 6_000_000),
        ]
        shown = notice.snapshot("selection", 2020, NOW, date(2020, 10, 9), rows, notice.Issue("2020年专家服务团"))
        assert [e["order_number"] for e in shown["entries"]] == ["CQ-1", "CQ-2"]
        assert set(shown["entries"][0]) == {"team_id", "order_number", "team", "lead", "unit", "place", "amount_fen"}

    def test_a_fingerprint_depends_on_every_character_and_not_on_the_order_of_keys(self):
        assert frozen.fingerprint({"a": 1, "b": Decimal("1.50")}) == frozen.fingerprint({"b": Decimal("1.50"), "a": 1})
        assert frozen.fingerprint({"a": "甲"}) != frozen.fingerprint({"a": "乙"})
        with pytest.raises(TypeError):
            frozen.canonical({"a": Decimal("1.5"), "b": 1.5})


class TestEntry:
    def test_it_is_held_back_by_objections_and_settled_once(self):
        assert entry.hold(entry.listed()) == entry.hold("held") == "held"
        assert (entry.release("held"), entry.confirm("listed"), entry.uphold("held")) == (
            "listed",
            "confirmed",
            "upheld",
        )
        assert entry.leave("held") == "left"
        for settled in ("confirmed", "upheld", "left"):
            assert not entry.is_open(settled)
            with pytest.raises(NotAllowed):
                entry.confirm(settled)


class TestObjection:
    def test_it_counts_within_the_period_only(self):
        end = NOW + timedelta(days=1)
        assert objection.raised("posted", end, "listed", PERSON, "次数不实", NOW) == "raised"
        for status, closes in (("posted", NOW), ("closed", end), ("drafted", None)):
            with pytest.raises(Refused) as refused:
                objection.raised(status, closes, "listed", PERSON, "次数不实", NOW)
            assert codes(refused) == ["objection.period"]

    def test_a_person_gives_a_phone_and_a_unit_its_code(self):
        end = NOW + timedelta(days=1)
        with pytest.raises(Refused) as refused:
            objection.raised("posted", end, "listed", Objector(" ", None, None), " ", NOW)
        assert codes(refused) == ["objection.text", "objection.name", "objection.objector"]
        with pytest.raises(Refused) as refused:
            objection.raised("posted", end, "listed", Objector("某单位", None, "12500000743408730X"), "次数不实", NOW)
        assert codes(refused) == ["credit_code.check"]
        assert (
            objection.raised("posted", end, "held", Objector("某单位", None, "12500000743408730K"), "次数不实", NOW)
            == "raised"
        )

    def test_it_is_answered_within_ten_working_days_with_one_extension(self):
        assert objection.due(date(2020, 9, 25), POLICY, Calendar()) == date(2020, 10, 15)
        facts = ObjectionFacts("raised", NOW + timedelta(days=9), 0)
        assert objection.extend(facts, POLICY, SUPERVISOR, NOW) == "extended"
        with pytest.raises(Refused) as refused:
            objection.extend(ObjectionFacts("extended", NOW, 1), POLICY, SUPERVISOR, NOW)
        assert codes(refused) == ["objection.extensions", "objection.overdue"]

    def test_an_extension_counts_on_from_the_last_day(self):
        due_at = end_of(date(2020, 10, 15), NOW)
        assert last_day(due_at) == date(2020, 10, 15)

    def test_it_is_open_until_it_is_answered(self):
        assert [objection.is_open(status) for status in objection.LIFECYCLE.statuses] == [True, True, False]

    def test_a_late_answer_is_still_owed_and_an_empty_one_is_none(self):
        facts = ObjectionFacts("raised", NOW - timedelta(days=9), 0)
        assert objection.answer(facts, "经查属实", SUPERVISOR) == "answered"
        with pytest.raises(Refused):
            objection.answer(facts, "  ", SUPERVISOR)
        with pytest.raises(Forbidden):
            objection.answer(facts, "经查属实", BUREAU)


def collecting(**changes) -> AssessmentFacts:
    return AssessmentFacts(**{"status": "collecting", "parts_due_at": NOW + timedelta(days=1), **changes})


RATING = Part("host_rating", Decimal(90), "")


class TestAssessment:
    def test_parts_come_in_any_order_each_from_the_one_it_belongs_to(self):
        assert assessment.submit(collecting(), RATING, HOST, NOW) == "collecting"
        with pytest.raises(Forbidden):
            assessment.submit(collecting(), Part("unit_opinion", None, "同意"), HOST, NOW)

    def test_a_part_counts_once_and_in_time(self):
        handed_in = collecting(parts=frozenset({"host_rating"}), this_time=frozenset({"host_rating"}), parts_due_at=NOW)
        with pytest.raises(Refused) as refused:
            assessment.submit(handed_in, RATING, HOST, NOW)
        assert codes(refused) == ["part.double", "part.late"]

    def test_after_an_upheld_objection_a_part_may_be_put_right(self):
        reopened = collecting(parts=frozenset({"host_rating"}))
        assert assessment.submit(reopened, RATING, HOST, NOW) == "collecting"

    @pytest.mark.parametrize("score", ["-0.01", "100.01", None])
    def test_a_rating_is_a_number_from_0_to_100(self, score):
        part = Part("host_rating", None if score is None else Decimal(score), "")
        with pytest.raises(Refused):
            assessment.submit(collecting(), part, HOST, NOW)

    @pytest.mark.parametrize("score", ["0", "100"])
    def test_the_ends_of_the_scale_are_ratings_too(self, score):
        part = Part("host_rating", Decimal(score), "")
        assert assessment.submit(collecting(), part, HOST, NOW) == "collecting"

    def test_a_report_is_a_text_without_a_score(self):
        expert = Actor("e", frozenset({"expert"}))
        for part, code in (
            (Part("self_report", None, " "), "part.text"),
            (Part("self_report", Decimal(1), "x"), "part.no_score"),
        ):
            with pytest.raises(Refused) as refused:
                assessment.submit(collecting(), part, expert, NOW)
            assert codes(refused) == [code]

    def test_before_the_deadline_every_part_with_points_must_be_there(self):
        with pytest.raises(Refused) as refused:
            assessment.score(collecting(), POLICY.scorecard, BUREAU, NOW)
        assert [r.pointer for r in refused.value.reasons] == [
            "/parts/host_rating",
            "/parts/beneficiary_rating",
        ]
        complete = collecting(parts=frozenset({"host_rating", "beneficiary_rating"}))
        assert assessment.score(complete, POLICY.scorecard, BUREAU, NOW) == "scored"

    def test_after_the_deadline_nobody_waits_for_a_late_part(self):
        assert assessment.score(collecting(parts_due_at=NOW), POLICY.scorecard, BUREAU, NOW) == "scored"

    def test_another_grade_needs_a_reason_and_a_free_place(self):
        graded = AssessmentFacts("graded", computed="qualified", given="qualified")
        with pytest.raises(Refused) as refused:
            assessment.override(graded, "excellent", "", 0, BUREAU)
        assert codes(refused) == ["override.reason", "override.cap"]
        assert assessment.override(graded, "excellent", "示范带动突出", 1, BUREAU) == "graded"
        with pytest.raises(Refused) as refused:
            assessment.override(graded, "qualified", "理由", 1, BUREAU)
        assert codes(refused) == ["override.same"]

    def test_an_override_stands_as_long_as_the_computed_grade_does(self):
        overridden = AssessmentFacts("graded", computed="qualified", given="unqualified")
        assert assessment.given_grade(overridden, "qualified") == "unqualified"
        assert assessment.given_grade(overridden, "excellent") == "excellent"
        assert assessment.given_grade(AssessmentFacts("scored"), "qualified") == "qualified"

    def test_the_places_of_a_cycle_are_those_of_its_assessed(self):
        assert assessment.free_excellent_places(["excellent", *["qualified"] * 13], POLICY) == 1
        ranked = [s for s in assessment.LIFECYCLE.statuses if assessment.is_ranked(s)]
        assert ranked == ["scored", "graded", "on_notice", "published"]

    def test_only_what_is_published_is_put_right_and_by_nobody_alone(self):
        assert assessment.correct(AssessmentFacts("published")) == "published"
        with pytest.raises(NotAllowed):
            assessment.correct(AssessmentFacts("graded"))

    def test_a_dissolved_team_is_excluded_until_its_grade_is_published(self):
        assert assessment.exclude(AssessmentFacts("collecting")) == "excluded"
        assert assessment.excludable("on_notice")
        assert not assessment.excludable("published")
        with pytest.raises(NotAllowed):
            assessment.exclude(AssessmentFacts("published"))


def team(stage="serving", starts=date(2020, 4, 1), ends=date(2021, 3, 31), assessed=True) -> TeamFacts:
    return TeamFacts(stage, starts, ends, assessed)


class TestCycle:
    def test_it_enrols_live_teams_whose_term_has_begun(self):
        assert cycle.enrols(team("agreed"), 2020)
        assert cycle.enrols(team("serving"), 2021)
        assert not cycle.enrols(team("concluded"), 2020)
        assert not cycle.enrols(team(starts=date(2021, 1, 1), assessed=False), 2020)
        assert cycle.enrols(team(starts=date(2020, 12, 31)), 2020)

    def test_it_enrols_nobody_whose_term_ended_before_the_year(self):
        assert not cycle.enrols(team(ends=date(2020, 12, 31)), 2021)
        assert cycle.enrols(team(ends=date(2021, 1, 1)), 2021)
        assert cycle.enrols(team(ends=None), 2025)

    def test_whoever_served_is_assessed_once_at_least(self):
        assert cycle.enrols(team("concluded", assessed=False), 2020)
        assert cycle.enrols(team(ends=date(2020, 12, 31), assessed=False), 2021)
        assert not cycle.enrols(team("withdrawn", assessed=False), 2020)
        assert not cycle.is_last(2020, [team("concluded", assessed=False)])
        assert cycle.is_last(2020, [team("dissolved", assessed=False), team("concluded", None, None, assessed=False)])

    def test_it_is_for_a_year_of_the_round_that_has_begun(self):
        assert cycle.opened(2020, 2020, 3, NOW) == "enrolled"
        for year, teams in ((2019, 1), (2021, 1), (2020, 0)):
            with pytest.raises(Refused):
                cycle.opened(year, 2020, teams, NOW)

    def test_it_stands_where_the_assessment_furthest_behind_stands(self):
        assert cycle.standing(["published", "collecting", "excluded"]) == "collecting"
        assert cycle.standing(["published", "published"]) == "published"
        assert cycle.standing(["excluded"]) == "published"

    def test_it_is_the_last_when_no_team_needs_another(self):
        assert cycle.is_last(2020, [team("concluded"), team("withdrawn"), team(ends=date(2020, 12, 31))])
        assert not cycle.is_last(2020, [team("concluded"), team()])
        assert not cycle.is_last(2020, [team("confirmed", None, None)])

    def test_parts_are_due_at_the_end_of_the_policy_s_last_day(self):
        assert cycle.parts_due_at(NOW, POLICY) == datetime(2020, 10, 26, tzinfo=SHANGHAI)

    def test_it_is_not_graded_again_while_its_grades_are_on_notice(self):
        with pytest.raises(Refused):
            cycle.grade(CycleFacts("scored", notice_open=True), BUREAU)
        assert cycle.grade(CycleFacts("scored"), BUREAU) == "graded"

    def test_only_what_is_published_can_be_corrected(self):
        with pytest.raises(Refused) as refused:
            cycle.correct(CycleFacts("graded", confirmed=1, notice_open=True))
        assert codes(refused) == ["cycle.unpublished", "cycle.confirmed", "cycle.on_notice"]
        for behind in ("collecting", "published"):
            assert cycle.correct(CycleFacts(behind, published=True)) == "published"

    def test_it_is_published_as_soon_as_a_notice_has_confirmed_somebody(self):
        with pytest.raises(Refused):
            cycle.publish(CycleFacts("on_notice"), BUREAU)
        assert cycle.publish(CycleFacts("collecting", confirmed=3), BUREAU) == "published"


def line(**changes) -> Line:
    fields = {
        "assessment_id": "1",
        "order_number": "CQ-1",
        "team": "甲团",
        "lead": "甲",
        "unit": "某院",
        "place": "某村",
    }
    return Line(**{**fields, "total": Decimal("91.50"), "grade": "excellent", **changes})


class TestEdition:
    def content(self, number, lines, before=None):
        numbered = edition.numbered(lines, before, number)
        return edition.content(
            round_name="2020年度",
            year=2020,
            number=number,
            published_at=NOW,
            reason="",
            previous_hash=frozen.fingerprint(before) if before else "",
            lines=numbered,
            scale=grading.scale(POLICY),
        )

    def test_a_line_keeps_the_number_of_the_edition_in_which_it_last_changed(self):
        first = self.content(1, [line(), line(assessment_id="2", order_number="CQ-2")])
        again = [
            line(),
            line(assessment_id="2", order_number="CQ-2", grade="qualified", total=Decimal("80.00")),
        ]
        second = self.content(2, [*again, line(assessment_id="3", order_number="CQ-3")], first)
        assert [x["edition"] for x in second["lines"]] == [1, 2, 2]

    def test_it_names_the_fingerprint_of_the_one_before(self):
        first = self.content(1, [line()])
        assert self.content(2, [line()], first)["previous_hash"] == frozen.fingerprint(first)

    def test_it_counts_its_grades(self):
        assert edition.counts([line(), line(grade="unqualified")]) == {
            "excellent": 1,
            "qualified": 0,
            "unqualified": 1,
        }


class TestConsequences:
    def test_rectification_has_a_deadline_that_may_be_extended_once_with_a_reason(self):
        due = rectification.due_at(NOW, POLICY)
        assert due == datetime(2021, 3, 25, tzinfo=SHANGHAI)
        facts = RectificationFacts("open", due)
        assert rectification.extend(facts, due + timedelta(days=30), "汛期受阻", BUREAU, NOW) == "extended"
        with pytest.raises(Refused) as refused:
            rectification.extend(facts, due, "", BUREAU, NOW)
        assert codes(refused) == ["rectification.due", "rectification.reason"]
        with pytest.raises(Refused):
            rectification.extend(facts, due + timedelta(days=1), "补办", BUREAU, due + timedelta(days=1))
        with pytest.raises(NotAllowed):
            rectification.extend(RectificationFacts("extended", due), due + timedelta(days=30), "再延", BUREAU, NOW)

    def test_it_ends_passed_failed_or_cancelled_by_a_corrected_edition(self):
        assert rectification.pass_(RectificationFacts("extended", NOW, inspected=True), "验收合格", BUREAU) == "passed"
        assert rectification.fail(RectificationFacts("open", NOW, inspected=False), "未整改", BUREAU, NOW) == "failed"
        assert rectification.cancel(RectificationFacts("failed", NOW)) == "cancelled"


class TestDeclaringACalendar:
    def test_everything_wrong_with_it_is_said_at_once(self):
        with pytest.raises(Refused) as refused:
            calendar.declare(2027, [date(2026, 1, 1), date(2027, 5, 1)], [date(2027, 5, 1), date(2027, 5, 3)])
        assert codes(refused) == ["calendar.year", "calendar.both", "calendar.workday"]

    def test_holidays_in_the_week_and_worked_weekends_are_taken(self):
        assert calendar.declare(2027, [date(2027, 5, 3)], [date(2027, 5, 8)]) is None
