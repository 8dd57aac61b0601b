"""Documents and milestones that an instalment waits for, part of the instalment's history."""

from uuid import UUID

from shared.contracts.funding.instalments import OfInstalment


class OfProof(OfInstalment):
    """``kind``: milestone, or a kind of document."""

    proof_id: UUID
    kind: str


class InstalmentProofSubmitted(OfProof, type="funding.instalment.proof_submitted.v1"):
    pass


class InstalmentProofAccepted(OfProof, type="funding.instalment.proof_accepted.v1"):
    pass


class InstalmentProofReturned(OfProof, type="funding.instalment.proof_returned.v1"):
    pass
