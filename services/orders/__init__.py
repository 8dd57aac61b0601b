"""Orders: how a need enters the programme and what became of it.

Owns: rounds (批次) with their pinned policy sets, orders (订单) from draft to completion, Excel intake, the
timeline of an order (fed by every event of every service), published orders.

Round: draft → open → closed → decided → running → assessed → archived.
Order: draft → submitted (→ endorsed) → recommended → published → matched → in_service → completed; side ways
returned, merged, unclaimed, withdrawn, cancelled; matched | in_service → published again when its team leaves.

Says: round.* and order.* (``shared/contracts/orders.py``).
Hears: teams (a confirmed team matches its order, a leaving one frees it, an agreed one starts the round),
funding (an award revoked before service frees the order), assessment (the last cycle completes the round).

Follow one request: ``api.submit_order`` → ``usecases.order.submit`` → ``rules.order.submit`` → ``OrderSubmitted``.
"""
