"""Bank file templates."""

from uuid import UUID

from shared.contracts.base import Event


class OfTemplate(Event):
    template_id: UUID
    code: str
    number: int


class TemplateProposed(OfTemplate, type="funding.template.proposed.v1"):
    """A version of a template waits for a second person."""


class TemplateConfirmed(OfTemplate, type="funding.template.confirmed.v1"):
    pass
