"""Funding: money that an auditor would sign, from the round's appropriation to the payee's account and back.

Owns: appropriations (预算), awards (资助), instalments (分期) with proofs and holds, payee accounts (收款账户), batches
(付款批次) with bank templates, answer files and statements, outstanding items (未达账项), expenses (支出) on budget lines,
recoveries (收回), and the double-entry ledger. Who does what in which order: ``docs/funding.md``; what each step books:
``docs/ledger.md``; conditions: ``docs/rules/funding.md``.

Award: reserved → committed → active → settled → closed; refused (budget short); released (left before any payment);
revoked → recovered; reinstated (active again) when a corrected edition takes the ground away.
Instalment: scheduled → due → requested → approved → in_batch → paid; unknown (the bank cannot say); returned → reissued;
held; cancelled.
Batch: sent → settled; voided before anybody had its file. Resolution of an unknown answer: proposed → confirmed | rejected | overtaken by the bank. Outstanding item: open → matched | explained. Bank template: proposed → confirmed.
Payee account: registered → verified → replaced, closed. Paying account: registered → confirmed → replaced. Substitute at the desk: named → ended | revoked.
Hold: standing → lifted | expired. Proof (a document or milestone): wanted → submitted → accepted | returned.
Expense: drafted → submitted → accepted | returned; withdrawn.
Recovery: opened → partly → recovered | written_off | reversed | forgiven, by repayments: registered → confirmed | rejected.
Final account (决算, one for each award): drafted → submitted → accepted, and what is left comes back; returned; reopened
while nothing came back.

Hears orders (a round opens: its policy), teams (proposed: reserve; confirmed: commit; agreed: schedule; started,
concluded: gates; left: release or revoke; back: reinstate; members and delegates: who may spend, whom it may not pay), assessment (a grade
opens the gate or holds; a rectification resumes or revokes). Says ``shared/contracts/funding/``, a file per noun.

Follow a signature: ``api/instalments`` → ``usecases/signing`` → ``rules/instalment`` → ``usecases/instalment.entries``.
An event: ``handlers`` → ``usecases/award`` → ``award.follow``, which asks ``conditions`` (gates, proofs, holds) and moves
each instalment as far as it goes by itself.
A payment: ``usecases/batch`` with ``rules/bankfile`` → ``usecases/answer`` (from ``answer_file`` or by hand) →
``usecases/bank_statement``; what does not agree → ``usecases/item``.
Whatever moves money is booked by ``usecases/ledger.post`` and checked by ``usecases/verification``. Whatever is handed out
goes through ``api/handing`` and is noted.

Two statements: an award's (资金明细: ``queries/award_statement``, ``forms/award_statement``) and the bank's of a paying
account (银行对账单: ``usecases/bank_statement``); both are held against each other in ``queries/reconciliation`` (余额调节表).
"""
