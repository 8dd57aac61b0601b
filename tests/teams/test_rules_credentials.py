"""Honours and titles: what counts of them, claimed, verified, refused and expired."""

import pytest

from services.teams.rules import credential as rules
from services.teams.rules import person, record
from services.teams.rules.credential import Claim, CredentialFacts
from services.teams.rules.person import PersonFacts
from services.teams.rules.policy import TeamsPolicy
from shared.actor import Actor
from shared.errors import Forbidden, NotAllowed
from shared.testing import START

BUREAU, EXPERT, UNIT = (Actor(id=role, roles=frozenset({role}), unit="U") for role in ("bureau", "expert", "unit"))
STRICT = TeamsPolicy(verified_credentials=True)
LISTED = "市学术技术带头人"


def title(level: str, status: str = "claimed", by: str = "bureau") -> CredentialFacts:
    return CredentialFacts(rules.TITLE, f"{level}职称", level, status, by)


def honour(name: str, status: str) -> CredentialFacts:
    return CredentialFacts(rules.HONOUR, name, "", status, "expert")


def lead_codes(policy: TeamsPolicy, **facts: object) -> set[str]:
    someone = PersonFacts(**{"name": "甲", "title_level": "正高", "honours": (LISTED,), **facts})  # type: ignore[arg-type]
    return {reason.code for reason in person.lead_obstacles(someone, policy, "")}


def test_the_bureau_verifies_refuses_and_thinks_better_of_it() -> None:
    assert rules.verify(rules.claimed(), BUREAU) == rules.verify("refused", BUREAU) == "verified"
    assert rules.refuse("verified", "证书失效", BUREAU) == "refused"
    assert rules.claim("refused", EXPERT) == rules.claim("expired", UNIT) == "claimed"
    assert rules.expire("verified") == "expired"


def test_nobody_verifies_their_own_and_nothing_is_verified_twice() -> None:
    with pytest.raises(Forbidden):
        rules.verify("claimed", EXPERT)
    with pytest.raises(NotAllowed):
        rules.verify("verified", BUREAU)
    with pytest.raises(NotAllowed):
        rules.claim("verified", EXPERT)


def test_the_newest_title_in_force_counts_and_an_own_claim_only_once_verified() -> None:
    told = rules.standing([title("副高"), title("正高", by="expert")])
    assert (told.title_level, told.title_verdict) == ("副高", None)
    told = rules.standing([title("副高"), title("正高", "verified", "expert")])
    assert (told.title, told.title_level, told.title_verdict) == ("正高职称", "正高", True)
    assert rules.standing([title("正高", "refused")]).title_level == "无"
    assert rules.standing([title("正高", "expired"), title("副高")]).title_level == "副高"


def test_verdicts_are_what_the_bureau_found() -> None:
    told = rules.standing(
        [honour("甲", "claimed"), honour("乙", "verified"), honour("丙", "refused"), honour("丁", "expired")]
    )
    assert told.honours == ("甲", "乙", "丙", "丁")
    assert told.verdicts == {"乙": True, "丙": False, "丁": False}


def test_a_refused_honour_does_not_count_although_the_policy_lists_it() -> None:
    assert lead_codes(TeamsPolicy()) == set()
    assert lead_codes(TeamsPolicy(), verdicts={LISTED: False}) == {"team.lead_honour"}


def test_where_policy_says_so_only_what_was_verified_counts() -> None:
    assert lead_codes(STRICT) == {"team.lead_honour_unverified", "team.lead_title_unverified"}
    assert lead_codes(STRICT, verdicts={LISTED: True}, title_verdict=True) == set()


def test_all_faults_of_a_claim_are_told_at_once() -> None:
    today = START.date()
    bad = Claim(rules.TITLE, " ", "高级", "", today.replace(year=2150), today.replace(year=2019), 21)
    assert [reason.code for reason in rules.claim_obstacles(bad, today)] == [
        "credential.name_missing",
        "credential.level",
        "credential.issued_on",
        "credential.valid_until",
        "credential.evidence",
    ]


def test_experts_write_their_own_part_of_the_record_and_the_bureau_all() -> None:
    wanted = ["phone", "name", "citizen_id"]
    assert [reason.pointer for reason in record.edit_obstacles(EXPERT, wanted)] == ["/citizen_id", "/name"]
    assert not list(record.edit_obstacles(BUREAU, wanted))


def test_a_unit_speaks_for_its_own_people_and_gives_reasons() -> None:
    assert not list(record.agree_obstacles("U", UNIT))
    assert {reason.code for reason in record.withdraw_agreement_obstacles("V", "", UNIT)} == {
        "person.other_unit",
        "person.reason_missing",
    }
    assert [reason.code for reason in record.agree_obstacles("", UNIT)] == ["person.other_unit"]
