"""Who serves in a team, as its events name them."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Serving(BaseModel):
    """One who serves, as certificates and reports name them (decision 22). ``role`` is lead, member, local_talent or
    assistant, ``since`` the business day of joining. Nothing more travels by which a person could be reached or told
    apart: no citizen id, no phone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    person_id: UUID
    name: str
    role: str
    unit_code: str
    unit_name: str
    since: date
