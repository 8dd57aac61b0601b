"""Teams: from the expert registry to a team that has served.

Owns: people (the expert registry), units' consents, claims (接单申请; a claim is the team before it is
confirmed), selection, agreements, service entries, indicators, suspensions, rights to continue.

Team: forming → submitted → recommended → shortlisted → proposed → on_notice → confirmed → agreed → serving →
concluded; side ways rejected, withdrawn, dissolved, lapsed (``rules/team.py``).
Member: invited → accepted (``rules/member.py``). Entry: recorded → confirmed | disputed (``rules/entry.py``).

Events out: ``shared/contracts/teams.py``.
Events in: orders (rounds with their policy, orders open to claims), funding (money reserved or refused,
awards revoked), assessment (selection notices, published grades).
Clock: invitations expire, unsigned agreements lapse, start dates arrive, suspensions end (``jobs.py``).
"""
