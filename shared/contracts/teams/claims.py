"""Events of the teams service: claims that become teams, service entries, indicators, suspensions."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.base import AboutFile, Division, Event, Fen, OfTeam
from shared.contracts.teams.serving import Serving


class TeamFormed(OfTeam, type="teams.team.formed.v1"):
    pass


class TeamEdited(OfTeam, type="teams.team.edited.v1"):
    """Which parts of the claim were written; what they say stays with the team."""

    fields: list[str]


class TeamInvited(OfTeam, type="teams.team.invited.v1"):
    person_ids: list[UUID]


class OfMember(OfTeam):
    person_id: UUID


class MemberAccepted(OfMember, type="teams.team.member_accepted.v1"):
    pass


class MemberDeclined(OfMember, type="teams.team.member_declined.v1"):
    pass


class MemberRemoved(OfMember, type="teams.team.member_removed.v1"):
    pass


class InvitationExpired(OfMember, type="teams.team.invitation_expired.v1"):
    pass


class MemberAskedToLeave(OfMember, type="teams.team.member_asked_to_leave.v1"):
    """Serves on until the lead has found a replacement."""


class TeamDelegated(OfMember, type="teams.team.delegated.v1"):
    """The lead gave a colleague a right on the claim: ``deputy`` or ``finance``."""

    right: str


class DelegateRemoved(OfMember, type="teams.team.delegate_removed.v1"):
    pass


class LeadOffered(OfMember, type="teams.team.lead_offered.v1"):
    """The lead wants to hand over to this person."""


class LeadTakenOver(OfMember, type="teams.team.lead_taken_over.v1"):
    """``person_id`` leads from now on; ``left_id`` stays as a member."""

    left_id: UUID


class MemberJoined(OfMember, type="teams.team.member_joined.v1"):
    """Serves from now on: the roster of the live team is open. ``marks`` as in :class:`TeamConfirmed`."""

    role: str
    marks: tuple[str, ...] = ()
    joined: Serving | None = None


class MemberLeft(OfMember, type="teams.team.member_left.v1"):
    """Left the live team by themselves."""

    role: str
    left_on: date | None = None


class UnitConsented(OfTeam, type="teams.team.unit_consented.v1"):
    unit_code: str
    person_ids: list[UUID]


class TeamSubmitted(OfTeam, type="teams.team.submitted.v1"):
    asked_fen: Fen


class TeamRecommended(OfTeam, type="teams.team.recommended.v1"):
    pass


class TeamShortlisted(OfTeam, type="teams.team.shortlisted.v1"):
    pass


class TeamRejected(OfTeam, type="teams.team.rejected.v1"):
    """``reason`` is a code when the system ended the claim, empty when the bureau decided (its words stay here)."""

    reason: str = ""


class TeamProposed(OfTeam, type="teams.team.proposed.v1"):
    """The bureau proposes this amount; funding answers with ``award.reserved`` or ``award.refused``."""

    amount_fen: Fen
    proposal: int
    """1, 2, … : a team sent back may be proposed again."""
    lead_id: UUID | None = None
    payee_unit_code: str = ""
    """As the claim says: whether lead or unit still owe money is asked before anything is set aside."""
    continues: UUID | None = None
    """The excellent team that this one continues, and the assessment on which its right rests."""
    continues_ground: UUID | None = None


class TeamSentBack(OfTeam, type="teams.team.sent_back.v1"):
    """Money could not be reserved: shortlisted again."""

    short_fen: Fen


class Introduction(BaseModel):
    """What other services may know and show of a team."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    order_number: str
    name: str
    lead_id: UUID
    lead_name: str
    unit_code: str
    unit_name: str
    division: Division
    place: str
    amount_fen: Fen
    members: int
    local_talents: int


class TeamPutOnNotice(OfTeam, Introduction, type="teams.team.put_on_notice.v1"):
    """What the public notice will show."""


class AgreedIndicator(BaseModel):
    """An indicator as agreed: one that nobody reports later still counts, at its baseline."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    unit: str
    baseline: Decimal
    target: Decimal


class Terms(BaseModel):
    """What service is measured against where the mode signs no agreement: the claim as it was confirmed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    host_code: str
    starts_on: date | None
    ends_on: date | None
    agreed_days: Decimal | None
    agreed_visits: int | None
    indicators: tuple[AgreedIndicator, ...] = ()


class TeamConfirmed(OfTeam, type="teams.team.confirmed.v1"):
    """``introduction`` is the same as on the notice, for modes without one; ``terms`` only where no agreement is
    signed; ``person_ids`` are those who serve from now on, ``expert_ids`` the lead and members among them, ``people``
    who all of them are. The host is the order's, or whoever claimed an offer. ``marks`` are keyed hashes by which who serves is known again where no id of
    the registry is given (``shared.crypto.person_marks``)."""

    amount_fen: Fen
    host_code: str = ""
    host_name: str = ""
    person_ids: list[UUID] = []
    expert_ids: list[UUID] = []
    marks: tuple[str, ...] = ()
    people: tuple[Serving, ...] = ()
    introduction: Introduction | None = None
    terms: Terms | None = None


class AgreementSigned(OfTeam, type="teams.team.agreement_signed.v1"):
    """One of three: lead, unit or host."""

    party: str


class AgreedLine(BaseModel):
    """A line of the agreed budget: what the award may be spent on under this name."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    amount_fen: Fen


class TeamAgreed(OfTeam, type="teams.team.agreed.v1"):
    """The third signature. Days and visits are what the scorecard measures service against."""

    payee_unit_code: str
    payee_unit_name: str
    host_code: str
    starts_on: date
    ends_on: date
    agreed_days: Decimal
    agreed_visits: int
    amount_fen: Fen
    indicators: tuple[AgreedIndicator, ...] = ()
    budget: tuple[AgreedLine, ...] = ()


class AgreementAmended(OfTeam, type="teams.team.agreement_amended.v1"):
    """The third signature under a change: from now on this is what service is measured against. ``budget``: the whole
    of it, as it stands now; None from a producer that did not say."""

    number: int
    ends_on: date | None
    agreed_days: Decimal
    agreed_visits: int
    indicators: tuple[AgreedIndicator, ...] = ()
    budget: tuple[AgreedLine, ...] | None = None


class AmendmentProposed(OfTeam, type="teams.team.amendment_proposed.v1"):
    """Which parts of the agreement a party wants changed; what they say stays with the team."""

    number: int
    fields: list[str]


class AmendmentSigned(OfTeam, type="teams.team.amendment_signed.v1"):
    number: int
    party: str


class AmendmentRetracted(OfTeam, type="teams.team.amendment_retracted.v1"):
    number: int


class AmendmentExpired(OfTeam, type="teams.team.amendment_expired.v1"):
    number: int


class TeamStarted(OfTeam, type="teams.team.started.v1"):
    """First confirmed entry, or the agreed start date: the team is serving."""


class TeamConcluded(OfTeam, type="teams.team.concluded.v1"):
    pass


class TeamWithdrawn(OfTeam, type="teams.team.withdrawn.v1"):
    pass


class TeamDissolved(OfTeam, type="teams.team.dissolved.v1"):
    """``reason`` is a code when the system dissolved the team, empty when the bureau decided."""

    reason: str = ""


class TeamCleared(OfTeam, type="teams.team.cleared.v1"):
    """A corrected edition took the ground of its dissolution away: it comes back at once, or by the bureau once what
    stands in the way is gone (``obstacles``: codes)."""

    obstacles: list[str] = []


class TeamReinstated(OfTeam, type="teams.team.reinstated.v1"):
    """Dissolved for a revoked award, it stands again where it had come before service, with its order and its people."""

    host_code: str = ""
    host_name: str = ""
    expert_ids: list[UUID] = []


class TeamLapsed(OfTeam, type="teams.team.lapsed.v1"):
    pass


class TeamReopened(OfTeam, type="teams.team.reopened.v1"):
    """An upheld objection to the selection: off the notice, its money freed, shortlisted again."""


class MemberReplaced(OfTeam, type="teams.team.member_replaced.v1"):
    """A new lead is named with the unit, since both are published. ``joined``: who takes the place, in the new role.
    ``stays``: the lead was handed over within the team, nobody left it, and the one before is a member."""

    left_id: UUID
    joined_id: UUID
    role: str
    lead_name: str = ""
    unit_code: str = ""
    unit_name: str = ""
    stays: bool = False
    marks: tuple[str, ...] = ()
    joined: Serving | None = None


class ConfirmationLinkSent(OfTeam, type="teams.team.confirmation_link_sent.v1"):
    """A one-time link went to the liaison's phone."""


class EntryRecorded(OfTeam, type="teams.entry.recorded.v1"):
    entry_id: UUID
    served_on: date
    days: Decimal


class EntryConfirmed(OfTeam, type="teams.entry.confirmed.v1"):
    """The host confirmed the visit: from now on it counts. ``person_id``: who came; ``form``: how (on site, by phone)."""

    entry_id: UUID
    person_id: UUID | None = None
    served_on: date
    days: Decimal
    beneficiaries: int
    form: str = ""
    served_units: list[str] = []
    """Credit codes of the firms and other units that were served."""


class EntryDisputed(OfTeam, type="teams.entry.disputed.v1"):
    entry_id: UUID


class IndicatorReported(OfTeam, type="teams.indicator.reported.v1"):
    """``reported_on``: the business day on which the team said so, which may lie before the one from which it counts;
    None from a producer that did not say."""

    indicator_id: UUID
    name: str
    unit: str
    baseline: Decimal
    target: Decimal
    actual: Decimal
    reported_on: date | None = None


class SuspensionStarted(Event, type="teams.suspension.started.v1"):
    suspension_id: UUID
    person_id: UUID
    team_id: UUID
    starts_at: datetime
    ends_at: datetime


class SuspensionEnded(Event, type="teams.suspension.ended.v1"):
    suspension_id: UUID
    person_id: UUID
    team_id: UUID


class SuspensionLifted(Event, type="teams.suspension.lifted.v1"):
    """A corrected edition took its ground away."""

    suspension_id: UUID
    person_id: UUID
    team_id: UUID


class TeamAttachmentAdded(OfTeam, AboutFile, type="teams.team.attachment_added.v1"):
    pass


class TeamAttachmentRemoved(OfTeam, AboutFile, type="teams.team.attachment_removed.v1"):
    """No longer handed out; the file and who removed it stay known to the service."""


class EntryAttachmentAdded(OfTeam, AboutFile, type="teams.entry.attachment_added.v1"):
    entry_id: UUID


class EntryAttachmentRemoved(OfTeam, AboutFile, type="teams.entry.attachment_removed.v1"):
    entry_id: UUID


class PersonAttachmentAdded(Event, AboutFile, type="teams.person.attachment_added.v1"):
    person_id: UUID


class PersonAttachmentRemoved(Event, AboutFile, type="teams.person.attachment_removed.v1"):
    person_id: UUID
