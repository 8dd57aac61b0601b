"""Teams: from the expert registry to a team that has served.

Owns, a file per noun in every layer:
    people       person, credential (honours, titles with evidence), availability, sameness, subjects
    joining      claim = team, member, nomination, placement, hosting (an expert's offer), rights, handover, drafts
    selection    screening, panel, conflict, assignment, review, ranking, proposal, decision, appeal; matching suggests
    agreement    agreement, budget, amendment
    service      training, entry, indicator, rating and absence (what the host says), summary, link (no account)
    afterwards   suspension, continuation; everybody's duties, reminders, papers (``forms.py``)

Team: forming → submitted → (accepted) → recommended → shortlisted → proposed → on_notice → confirmed → agreed →
(trained) → serving → concluded; side ways rejected, withdrawn, dissolved, lapsed (``rules/team.py``). A round's switches
say which of these a team passes over.

Says: ``shared/contracts/teams.py`` and ``selection.py``. Hears: orders (rounds with their policy, orders open to claims), funding (money
reserved or refused, awards revoked), assessment (selection notices, published grades).
Clock: invitations and amendments expire, unsigned agreements lapse, start dates arrive, suspensions end, digests and
messages go out (``jobs.py``).

Read first: ``rules/claim.py`` (what a claim must meet), ``rules/team.py``, ``usecases/team.py``, ``queries/duties.py``
(who owes what).
"""
