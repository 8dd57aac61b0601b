"""Kinds of values that several shapes share."""

from typing import Annotated

from pydantic import Field

from shared.http.shapes import Name

Text = Annotated[str, Field(max_length=2000)]
Names = Annotated[list[Name], Field(max_length=50)]
