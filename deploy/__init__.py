"""How Jiedan is run: ``local/`` is the supervisor of ``make run``; ``docker-compose.yml`` is for production.

Both use the same gateway (``Caddyfile``), the same broker configuration (``nats.conf``, rendered by
``broker.py`` from the services' manifests) and the same way to make databases and roles (``databases.py``).
"""

SERVICES = ("orders", "teams", "funding", "assessment")
"""The independent services: each has its own database, database role and broker user, all of this name."""
SIGNER = "assessment"
"""The one that signs what is published, and alone is told the keys for it."""
