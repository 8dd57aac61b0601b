"""Files as answers."""

from urllib.parse import unquote

from shared.http import as_file


def test_a_file_keeps_its_name_and_is_kept_nowhere_on_the_way() -> None:
    answer = as_file(b"x", '汇总表"1".xlsx', "text/plain", {"X-More": "1"})
    named = answer.headers["content-disposition"]
    assert named.startswith('attachment; filename="file.xlsx"; ')
    assert unquote(named.partition("filename*=UTF-8''")[2]) == '汇总表"1".xlsx'
    assert 'filename="teams.csv"' in as_file(b"", "teams.csv", "text/csv").headers["content-disposition"]
    kept = {name: answer.headers[name] for name in ("cache-control", "x-content-type-options", "x-more")}
    assert kept == {"cache-control": "private, no-store", "x-content-type-options": "nosniff", "x-more": "1"}
    assert as_file(b"", "a", "text/plain", {"Cache-Control": "no-cache"}).headers["cache-control"] == "no-cache"
