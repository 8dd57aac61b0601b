"""Subjects of GB/T 13745-2009: the table is whole, and people's words find them."""

import pytest

from shared.subjects import all_subjects_of, name_of, same_word, search, subjects, subjects_of


def test_the_table_has_every_first_level_subject_and_every_second_level_one_below_one() -> None:
    first = [code for code in subjects() if len(code) == 3]
    second = [code for code in subjects() if len(code) == 5]
    assert (len(first), len(first) + len(second)) == (62, len(subjects()))
    assert {code[:3] for code in second} == set(first)
    named = [code for code in second if not name_of(code).endswith("其他学科")]
    assert len(named) == 677
    assert all(name == name.strip() and not any(c.isdigit() for c in name) for name in subjects().values())


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("园艺学", ("21040",)),
        ("数学", ("110",)),
        ("茶树栽培", ("21040",)),
        ("茶园病虫害防治", ("21040", "21060")),
        ("电子商务", ("79063",)),
        ("口腔医学专业", ("32044",)),
        ("家畜传染病学", ("23030",)),
        ("毫不相干的话", ()),
        ("", ()),
    ],
)
def test_a_free_text_names_the_subjects_that_its_words_mean(text: str, codes: tuple[str, ...]) -> None:
    assert subjects_of(text) == codes


def test_words_that_mean_the_same_are_one_word() -> None:
    assert same_word("茶学") == same_word(" 茶树栽培 ") == "茶叶"
    assert same_word("没有同义词") == "没有同义词"
    assert all_subjects_of(["茶学", "茶叶", "植保"]) == ["21040", "21060"]


def test_subjects_are_searched_by_code_name_and_word() -> None:
    assert [code for code, _ in search("210")][:2] == ["210", "21010"]
    assert ("21040", "园艺学") in search("茶")
    assert ("79063", "商业经济学") in search("电商")
    assert search("没有这门学科") == []
    assert len(search("")) == len(subjects())
