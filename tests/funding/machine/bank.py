"""What the bank's files bring: answers to whole batches, some of them twice, altered, or about what nobody sent."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.funding.models import Batch, Instruction, OutstandingItem, Resolution
from services.funding.usecases import answer as answer_of_bank
from services.funding.usecases import answer_file, item, resolution
from services.funding.usecases.resolution import Finding
from services.funding.usecases.upload import Upload
from shared.actor import Actor
from shared.crypto import unseal
from tests.funding.bank import answer, rows_of
from tests.funding.machine.payments import Payments
from tests.funding.machine.world import Act, choices, crashes, people

WORDS = st.lists(st.sampled_from(("成功", "成功", "失败", "处理中", "没听说过")), min_size=4, max_size=4)
ALTERED = {"": {}, "amount": {"金额（元）": "1.00"}, "account": {"收款人账号": "6222000011112222"}}


class Bank(Payments):
    def __init__(self) -> None:
        self.files: list[bytes] = []
        super().__init__()

    @rule(
        choice=choices,
        words=WORDS,
        actor=people,
        crash=crashes,
        wrong=st.sampled_from(("", "", "", "amount", "account", "unknown", "twice")),
    )
    def answer_by_file(self, choice: int, words: Sequence[str], wrong: str, actor: Actor, crash: str) -> None:
        """One word for each row of a batch, however often it was answered before."""
        batches = self.rows(Batch.id, Batch.content, where=self.own(Batch))
        if not batches:
            return
        rows = rows_of(unseal(batches[choice % len(batches)].content))
        if wrong == "unknown":
            rows.append({**rows[0], "指令编号": uuid4().hex})
        if wrong == "twice":
            rows.append(rows[0])
        said = [words[at % len(words)] for at in range(len(rows))]
        self.files.append(answer(rows, *said, **ALTERED.get(wrong, {})))
        self.send(self.files[-1], actor, crash)

    @rule(choice=choices, actor=people, crash=crashes)
    def send_a_file_again(self, choice: int, actor: Actor, crash: str) -> None:
        if self.files:
            self.send(self.files[choice % len(self.files)], actor, crash)

    @rule(
        choice=choices,
        result=st.sampled_from(("paid", "returned")),
        ground=st.sampled_from((None, None, "closed")),
        actor=people,
        other=people,
        crash=crashes,
    )
    def resolve_an_unknown(
        self, choice: int, result: str, ground: str | None, actor: Actor, other: Actor, crash: str
    ) -> None:
        """One says what became of what the bank cannot say, perhaps the same confirms it."""
        key = self.unanswered(choice)
        found = Finding(result, "PZ-1", "银行来电", ground if result == "returned" else None)
        self.do(lambda s, now: resolution.propose(s, key, found, actor, now), crash, actor)
        self.decide_a_resolution(choice, "confirm", other, crash)

    @rule(choice=choices, verb=st.sampled_from(("confirm", "confirm", "reject")), actor=people, crash=crashes)
    def decide_a_resolution(self, choice: int, verb: str, actor: Actor, crash: str) -> None:
        key = self.pick(Resolution, choice)
        acts: dict[str, Act] = {
            "confirm": lambda s, now: answer_of_bank.confirm(s, key, actor, now),
            "reject": lambda s, now: resolution.reject(s, key, "无凭据", actor, now),
        }
        self.do(acts[verb], crash, actor)

    def unanswered(self, choice: int) -> UUID:
        """An instruction of which the bank cannot say what became of it, else any."""
        sent = self.rows(Instruction.id, Instruction.result, where=self.instructed())
        best = [row.id for row in sent if row.result == "unknown"] or [row.id for row in sent]
        return best[choice % len(best)] if best else uuid4()

    def send(self, content: bytes, actor: Actor, crash: str) -> None:
        upload = Upload("回单.csv", content)
        self.do(lambda s, now: answer_file.take(s, upload, None, actor, now), crash, actor)

    @rule(choice=choices, crash=crashes)
    def go_unanswered(self, choice: int, crash: str) -> None:
        """The clock asks once for each batch that is late."""
        asked = sa.select(OutstandingItem.batch_id).where(OutstandingItem.batch_id.is_not(None))
        late = self.rows(Batch.id, where=sa.and_(self.own(Batch), Batch.status == "sent", Batch.id.not_in(asked)))
        if late:
            key = late[choice % len(late)].id
            self.do(lambda s, now: item.go_unanswered(s, key, now), crash)

    @rule(choice=choices, matched=st.booleans(), actor=people, crash=crashes)
    def close_an_item(self, choice: int, matched: bool, actor: Actor, crash: str) -> None:
        lines = self.rows(Instruction.id, where=self.instructed())
        about = OutstandingItem.instruction_id.in_([line.id for line in lines])
        items = self.rows(OutstandingItem.id, where=sa.or_(self.own(OutstandingItem), about))
        if not items or not lines:
            return
        key, line = items[choice % len(items)].id, lines[choice % len(lines)].id
        acts: dict[bool, Act] = {
            True: lambda s, now: item.match(s, key, line, "已核对", actor, now),
            False: lambda s, now: item.explain(s, key, "银行误填", actor, now),
        }
        self.do(acts[matched], crash, actor)
