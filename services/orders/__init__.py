"""Orders: how a need enters the programme and what became of it.

Owns, a file per noun in every layer: rounds (批次) with their pinned policy sets, quotas and key places; actions (行动,
the calendar of a group round) and progress towards its targets; orders (订单) and experts' offers, from draft to
completion; intake by Excel, duplicates, late exceptions; divisions, search, saved filters; the timeline of an order
(fed by every event of every service); published orders.

Round: draft → open → closed → decided → running → assessed → archived.
Order: draft → submitted (→ endorsed) → recommended → published → matched → in_service → completed; side ways
returned, merged, unclaimed, withdrawn, cancelled; matched | in_service → published again when its team leaves.

Says: round.*, order.*, action.* (``shared/contracts/orders.py``).
Hears: teams (a confirmed team matches its order, a leaving one frees it, one that comes back has it again, an agreed
one starts the round), assessment (the last cycle completes the round), everybody for the timeline.

Follow one request: ``api.submit_order`` → ``usecases.order.submit`` → ``rules.order.submit`` → ``OrderSubmitted``.
"""
