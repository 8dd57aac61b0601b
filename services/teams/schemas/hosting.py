"""What a host writes about itself when it claims an expert's offer."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.teams.schemas.base import Text
from shared.http.shapes import Division, Name, Phone


class HostIn(BaseModel):
    """The host's credit code is the token's unit. ``place`` where it is to be served, as people name it."""

    name: Name
    division: Division
    place: Text = ""
    liaison_name: Annotated[str, Field(max_length=100)] = ""
    liaison_phone: Phone = ""


class HostPatch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    division: Division = ""
    place: Text = ""
    liaison_name: Annotated[str, Field(max_length=100)] = ""
    liaison_phone: Phone = ""
