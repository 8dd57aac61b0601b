"""The demo's pretend bank: it reads the file as a bank would and keeps its word."""

import hashlib
from datetime import date

import pytest

from demo.bank import PAID, RETURNED, UNKNOWN, Bank, Payment
from demo.client import DemoFailed

FILE = "序号,指令编号,收款人全称,收款人账号,金额（元）\r\n1,a1,三峡学院,62220001,80000.05\r\n合计,笔数,1,金额（元）,80000.05\r\n".encode(
    "gbk"
)
DAY = date(2021, 1, 5)
TOLD = {"x-content-sha256": hashlib.sha256(FILE).hexdigest(), "x-control-count": "1", "x-control-sum-fen": "8000005"}


def test_it_reads_the_payments_of_the_file_that_it_was_told_of() -> None:
    assert Bank("PZ").read(FILE, TOLD) == [Payment("a1", "62220001", "三峡学院", 8_000_005)]
    for wrong in ({"x-content-sha256": "0" * 64}, {"x-control-count": "2"}, {"x-control-sum-fen": "8000006"}):
        with pytest.raises(DemoFailed):
            Bank("PZ").read(FILE, {**TOLD, **wrong})


def test_it_sends_a_few_back_does_not_know_of_one_and_says_so_later() -> None:
    bank = Bank("PZ")
    answer = bank.pay([Payment(f"a{n}", "1", "x", 100) for n in range(28)], DAY, wavering=True).decode("gbk")
    assert (len(bank.of(PAID)), bank.of(RETURNED), bank.of(UNKNOWN)) == (25, ["a7", "a27"], ["a13"])
    assert answer.count("户名与账号不符") == 2
    assert bank.resolve(DAY) == ["a13"]
    assert bank.answer(["a13"]).decode("gbk").splitlines()[1] == "a13,1,1.00,成功,PZ-0014,"
    lines = bank.statement().decode("gbk").splitlines()[1:]
    assert (len(lines), sum(line.startswith("20210105,1.00,,") for line in lines)) == (30, 28)
    assert [line.split(",")[5] for line in lines if ",,1.00," in line] == ["a7", "a27"]
    assert Bank("PZ").pay([Payment("b", "1", "x", 100)] * 1, DAY, wavering=False).decode("gbk").count(PAID) == 1
