"""What is handed in and judged: files, documents and milestones that open the gates of instalments."""

import io
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.funding.models import Attachment, Instalment, Proof
from services.funding.usecases import attachment, proof
from shared.actor import Actor
from shared.files.examine import examine
from tests.funding.machine.world import PAYEES, PEOPLE, Act, Base, choices, crashes
from tests.shared.handed_in import PDF

anybody = st.sampled_from((*PAYEES.values(), *PEOPLE))


class Papers(Base):
    def hand_in_file(self, instalment: Any, kind: str, actor: Actor, crash: str = "") -> None:
        """The same bytes under the same instalment are one file."""

        async def attach(session: Any, now: Any) -> None:
            sent = examine(io.BytesIO(PDF + kind.encode()), f"{kind}.pdf", "application/pdf")
            row = Attachment(noun="instalment", noun_id=instalment, kind="evidence", uploaded_by=actor.id)
            await attachment.attach(session, self.world.files, sent, row, actor, now)

        self.do(attach, crash, actor)

    @rule(choice=choices, kind=st.sampled_from("ab"), actor=anybody, crash=crashes)
    def attach_a_file(self, choice: int, kind: str, actor: Actor, crash: str) -> None:
        self.hand_in_file(self.pick(Instalment, choice), kind, actor, crash)

    @rule(choice=choices, actor=anybody, crash=crashes)
    def remove_a_file(self, choice: int, actor: Actor, crash: str) -> None:
        """Also one on which a proof rests."""
        files = self.handed_in()
        if files:
            key = files[choice % len(files)].id

            async def remove(session: Any, now: Any) -> None:
                await attachment.remove(session, await session.get_one(Attachment, key), "误传", actor, now)

            self.do(remove, crash, actor)

    @rule(choice=choices, actor=anybody, strange=st.booleans(), crash=crashes)
    def submit_a_proof(self, choice: int, actor: Actor, strange: bool, crash: str) -> None:
        """With the files of its instalment that stand, or with somebody else's."""
        key = self.pick_of_awards(Proof, choice)
        own = [row.instalment_id for row in self.rows(Proof.id, Proof.instalment_id, where=Proof.id == key)]
        files = [row.id for row in self.handed_in() if strange != (row.noun_id in own)]
        self.do(lambda s, now: proof.submit(s, key, "完成", files, actor, now), crash, actor)

    @rule(choice=choices, verb=st.sampled_from(("accept", "accept", "return")), actor=anybody, crash=crashes)
    def judge_a_proof(self, choice: int, verb: str, actor: Actor, crash: str) -> None:
        key = self.pick_of_awards(Proof, choice, Proof.status != "wanted")
        acts: dict[str, Act] = {
            "accept": lambda s, now: proof.accept(s, key, actor, now),
            "return": lambda s, now: proof.return_(s, key, "x", actor, now),
        }
        self.do(acts[verb], crash, actor)

    def handed_in(self) -> list[Any]:
        """The files that stand under this example's instalments."""
        own = self.rows(Instalment.id, where=self.own(Instalment))
        standing = Attachment.removed_at.is_(None) & Attachment.noun_id.in_([row.id for row in own])
        return self.rows(Attachment.id, Attachment.noun_id, where=standing)
