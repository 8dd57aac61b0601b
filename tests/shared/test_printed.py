"""Papers as PDF and as a page to print."""

import pytest

from shared.documents import Document, Fields, Heading, Issued, Opinions, Table, Text
from shared.printed import Stamp, as_html, as_pdf

STAMP = Stamp("https://example.cn/public/certificates/FW-2021-000017X?code=7K3MQ8ZT", ("编号：FW-2021-000017X",))
PAPER = Document(
    "批次\n证明",
    "FW-2021-000017X",
    (
        Heading("一、情况"),
        Text("兹证明<某某>同志。"),
        Fields((("姓名", "某某", "身份", "成员"), ("单位", "某单位"))),
        Table(("待遇", "日期"), (78, 78), (("优先", "2021年1月20日"),)),
        Issued("某局", "2021年2月3日"),
    ),
)


def test_a_paper_with_its_stamp_fits_one_page() -> None:
    made = as_pdf(PAPER, "ab" * 32, STAMP)
    assert made.count(b"/Type /Page\n") == 1
    assert b"STSong-Light" in made
    assert as_pdf(PAPER, "ab" * 32).count(b"/Type /Page\n") == 1


def test_a_page_shows_everything_as_text() -> None:
    page = as_html(PAPER, "ab" * 32, STAMP)
    for said in (
        "兹证明&lt;某某&gt;同志",
        "校验码 abababababababab",
        "FW-2021-000017X",
        "某单位",
        "优先",
        "某局",
        "<svg",
    ):
        assert said in page, said
    assert "<某某>" not in page
    assert "<svg" not in as_html(PAPER, "ab" * 32)


def test_what_is_filled_in_by_hand_stays_docx() -> None:
    with pytest.raises(TypeError, match="Opinions"):
        as_pdf(Document("x", "", (Opinions((("意见", "某局"),)),)), "ab" * 32)
