"""What a service may do with its own tables: said at each table (``info={"rights": …}``), granted after every migration.

The tables belong to a role that nobody logs in as, so what a table does not grant is refused by PostgreSQL itself,
whatever the code does: what is append-only stays as it was written.
"""

import sqlalchemy as sa

from shared.service import Service
from shared.tables import platform

ORDINARY = "select, insert, update, delete"


def grant(connection: sa.Connection, service: Service, user: str) -> None:
    """Give ``user`` the rights that the tables name, and no others."""
    name = connection.dialect.identifier_preparer.quote_identifier(user)
    tables = [table for metadata in (platform, service.metadata) for table in metadata.sorted_tables]
    for statement in (
        "revoke create on schema public from public",
        f"revoke all on all tables in schema public from {name}",
        f"grant usage on schema public to {name}",
        f"grant usage on all sequences in schema public to {name}",
        *(f"grant {table.info.get('rights', ORDINARY)} on {table.name} to {name}" for table in tables),
    ):
        connection.exec_driver_sql(statement)
