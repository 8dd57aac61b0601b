"""Events of the teams service about its expert registry: people, their units, honours and titles."""

from uuid import UUID

from shared.contracts.base import Event


class PersonRegistered(Event, type="teams.person.registered.v1"):
    person_id: UUID


class HonourVerified(Event, type="teams.person.honour_verified.v1"):
    """The bureau's verdict on an honour that the policy does not list."""

    person_id: UUID
    recognised: bool


class PersonEdited(Event, type="teams.person.edited.v1"):
    """Which parts of the record were changed; what they say stays here."""

    person_id: UUID
    fields: list[str]


class PersonMerged(Event, type="teams.person.merged.v1"):
    """A second record of one person: from now on ``into`` stands for both."""

    person_id: UUID
    into: UUID


class PersonToldApart(Event, type="teams.person.told_apart.v1"):
    """Looks like ``other_id`` and is somebody else."""

    person_id: UUID
    other_id: UUID


class UnitAgreed(Event, type="teams.person.unit_agreed.v1"):
    """The person's unit agrees, until it says otherwise, that the person serves."""

    person_id: UUID
    unit_code: str


class UnitAgreementWithdrawn(Event, type="teams.person.unit_agreement_withdrawn.v1"):
    person_id: UUID
    unit_code: str


class OfCredential(Event):
    """An honour or title (``kind``); its name stays here."""

    credential_id: UUID
    person_id: UUID
    kind: str


class CredentialClaimed(OfCredential, type="teams.credential.claimed.v1"):
    pass


class CredentialVerified(OfCredential, type="teams.credential.verified.v1"):
    pass


class CredentialRefused(OfCredential, type="teams.credential.refused.v1"):
    pass


class CredentialExpired(OfCredential, type="teams.credential.expired.v1"):
    pass
