"""Equal documents have equal fingerprints, and those that were kept stay what they are."""

import pytest

from shared.canonical import canonical, fingerprint
from shared.contracts.policy_document import policy_hash


def test_the_order_of_keys_and_chinese_do_not_matter_and_the_form_never_changes() -> None:
    assert canonical({"b": [1, None, True], "a": "茶"}) == '{"a":"茶","b":[1,null,true]}'.encode()
    one, other = {"a": {"x": 1, "y": 2}, "b": "茶"}, {"b": "茶", "a": {"y": 2, "x": 1}}
    assert fingerprint(one) == fingerprint(other) == policy_hash(other)
    assert fingerprint({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_what_json_does_not_know_has_no_fingerprint() -> None:
    with pytest.raises(TypeError):
        fingerprint({"a": object()})
