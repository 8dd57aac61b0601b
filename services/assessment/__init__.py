"""Assessment: public notices, yearly ratings, and what follows from them.

Owns      notices with their entries and objections (for selections and for grades), cycles, assessments and
          their parts, editions, rectifications, benefits, declared working calendars, departments' subscriptions
          and what is delivered to them, reports of a year with cases, commendations and follow-up visits,
          everything under /public/notices, /public/ratings and /public/reports.
Statuses  notice: drafted posted closed confirmed · entry: listed held confirmed upheld left
          objection: raised extended answered · rectification: open extended passed failed cancelled
          correction: proposed confirmed rejected withdrawn
          assessment: enrolled collecting scored graded on_notice published excluded
          sheet (an assessor's score): assigned scored conflicted withdrawn
          cycle: where its assessment furthest behind stands · benefit: granted used held expired withdrawn
          card: issued held expired revoked
          certificate: issued superseded revoked expired
          report: drafted submitted returned accepted issued withdrawn · case: handed_in selected declined withdrawn
          commendation: entered withdrawn · follow_up: planned open recorded
          subscription: created active paused ended · delivery: waiting delivered given_up
Says      notice.posted/closed/confirmed/entry_confirmed/entry_upheld, objection.*, cycle.opened/published,
          assessment.*, sheet.*, correction.*, edition.published, rectification.*, benefit.*, calendar.declared, subscription.*,
          delivery.given_up/replayed, report.*, case.*, commendation.*, follow_up.*; and to departments' receivers what usecases/telling.py says
Hears     orders: round.opened (policy), order.* (where it stands). teams: put_on_notice (what a notice may show),
          confirmed, agreed (days, visits, indicators, term), started, concluded, withdrawn, dissolved, reinstated,
          lapsed, reopened, entry.confirmed, indicator.reported. funding: instalment.paid, repayment.confirmed.
Decides   a team is selected when its notice entry is confirmed; a grade counts when an edition shows it; each
          edition has its consequences in the same transaction, and the next one undoes and redoes them; what was
          published is corrected by two people.

Read first: rules/scorecard.py (points by the round's card; rules/explaining.py says them in words), rules/grading.py
(cap and ties), usecases/notice.py (posted to confirmed), usecases/publication.py (editions and consequences).
"""
