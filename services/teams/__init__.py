"""Teams: from the expert registry to a team that has served.

Owns, a file per noun in every layer (a host here is the 受援单位, a claim a team that is not confirmed yet):
    people       person (``record``: who may change it), credential (honours, titles with evidence), availability,
                 sameness (one person once); ``registry`` finds them, ``intake`` reads Excel, ``people_file`` writes it
    joining      team, member, roster, nomination (``nominating``: what units do, ``nomination``: what follows),
                 placement (by the bureau), hosting (an expert's offer), choice (the host's answer), open_roster,
                 rights (who may write a claim), sharing, handover, earlier (a claim begun from an old one)
    selection    screening, panel, conflict, assignment, review, ranking, proposal, decision, appeal; matching suggests
    agreement    agreement, budget, amendment
    service      training, entry, indicator, report, absence and rating (what the host says), summary, link (the
                 liaison's, without an account; its page ``confirmation_page``)
    afterwards   suspension, continuation; everybody's duties, reminders, saved filters, papers (``forms.py``)
Reads begin at ``queries/sight.py`` (who sees what) and ``queries/facts.py`` (what the rules look at).
``usecases/holding.py``: who holds a place in which team; ``usecases/known.py``: what other services' news mean here.

Team: forming → submitted → (accepted) → recommended → shortlisted → proposed → on_notice → confirmed → agreed →
(trained) → serving → concluded; side ways rejected (and readmitted), withdrawn, dissolved, lapsed (``rules/team.py``).
A round's switches say which of these a team passes over (``skip`` in its ``LIFECYCLE``).

Says: ``shared/contracts/teams/``. Hears (``handlers.py``): orders (rounds with their policy, orders open to claims),
funding (money reserved or refused, awards revoked and cleared), assessment (selection notices, published grades, failed
rectifications, what is owed there).
What assessment waits for (parts of a yearly rating, visits, corrections to confirm, a department's receiver) it tells
here too: ``usecases/owed`` puts it into the one list of duties, and reminds by mail and text message before it is due.
Clock (``jobs.py``): invitations, amendments and credentials expire, unsigned agreements lapse, terms begin, summaries
are owed, suspensions end, reviewers are reminded, digests and messages go out.

Follow one claim: ``api.teams.submit_team`` → ``usecases.team.submit`` → ``rules.team.submit`` (conditions in
``rules/claim.py``) → ``TeamSubmitted``. Who owes what, by when: ``queries/duties.py``.
"""
