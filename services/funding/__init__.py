"""Funding: money that an auditor would sign, from the round's appropriation to the payee's account.

Owns: appropriations (预算) per round, awards (资助) per proposal of a team, instalments (分期), payee accounts
(收款账户) of units, payment batches (付款批次) with the bank's answers, the double-entry ledger (``docs/ledger.md``).

Award: reserved → committed → active → settled → closed; side ways refused (budget short), released (the team left
before any payment), revoked → recovered.
Instalment: scheduled → due → requested → approved → in_batch → paid; side ways unknown (the bank's answer is
outstanding), returned → reissued, held, cancelled.
Hold: standing → lifted, expired. Proof (a document or a milestone of an instalment): wanted → submitted → accepted;
side way returned → submitted.
Substitute at the desk: named → ended, revoked.
Payee account: registered → verified → replaced, closed. Batch: sent → settled.

Expense (on the agreement's budget lines): drafted → submitted → accepted | returned; withdrawn. Recovery of what must
come back: opened → partly → recovered | written_off | reversed, by repayments: registered → confirmed | rejected.

Final account (one for each award): drafted → submitted → accepted, and what is left comes back; side ways returned →
submitted, reopened.

Says: appropriation.*, award.*, instalment.*, payee.* (``shared/contracts/funding.py``).
Hears: orders (a round opens with its policy), teams (proposed: reserve; confirmed: commit; agreed: activate and
schedule; started: a gate; left: release), assessment (a grade opens the gate or holds; a rectification resumes or
revokes).

Follow one payment: ``api.request_instalment`` → ``usecases.signing.request`` → ``rules.instalment.request`` →
``InstalmentRequested``; whatever moves money goes through ``usecases.ledger.post``.
"""
