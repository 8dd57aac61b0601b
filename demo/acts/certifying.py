"""What a good grade gives to people: a benefit is used, a card is shown at an office, and certificates are checked by a
visitor who was handed one."""

from collections.abc import Iterator
from typing import Any

from demo.acts.departments import department
from demo.client import DemoFailed, Person
from demo.folder import Team
from demo.invent import MARK
from demo.year import Year

TEAMS = 3
BENEFIT, SERVICE = "benefit", "service_record"
CERTIFICATES = "/assessment/v1/certificates"


async def certify(year: Year) -> None:
    """Somebody of each of the first teams whose grade gave benefits."""
    with year.stage.act("待遇与证书 Benefits and cards are used, a visitor checks certificates", TEAMS):
        left = TEAMS
        for team, person_id in served(year):
            if not left:
                break
            if await _use(year, team, person_id):
                if left == TEAMS:
                    await _revoke(year, team, person_id)
                await _certify(year, team, person_id)
                left -= 1
                year.stage.step()
        used, checked = year.tally["cards_used"], year.tally["certificates_checked"]
        year.stage.say(f"          {used} cards shown, {checked} certificates checked without an account")


def served(year: Year) -> Iterator[tuple[Team, str]]:
    """Of each team an expert with a confirmed visit."""
    for team in year.folder.teams:
        experts = {one.citizen_id for one in team.members if one.role != "local_talent"}
        known = [one.citizen_id for one in team.entries if one.confirmed and one.citizen_id in experts]
        if known:
            yield team, year.people[known[0]]


async def _use(year: Year, team: Team, person_id: str) -> bool:
    """A department notes the use of a benefit and of the card. Not of somebody who has none in force."""
    system, path = year.system, "/assessment/v1"
    of = {"team_id": year.teams[team.serial], "person_id": person_id}
    benefits = await system.every(year.bureau, f"{path}/benefits", status="granted", **of)
    cards = await system.every(year.bureau, f"{path}/cards", status="issued,held", person_id=person_id)
    if not benefits or any(card["status"] == "held" for card in cards):
        return False
    card = cards[0] if cards else await system.post(year.bureau, f"{path}/cards", of)
    today = (await system.now()).date().isoformat()
    said = {"used_on": today, "purpose": f"{MARK}事项", "reference": f"{MARK}{year.round['prefix']}-{team.serial}号"}
    await system.post(department(year), f"{path}/benefits/{benefits[0]['id']}/use", said)
    year.tally["benefits_used"] += 1
    shown = {**said, "service": card["entitles"][0], "place": f"{MARK}窗口"}
    await system.post(department(year), f"{path}/cards/{card['id']}/use", shown)
    year.tally["cards_used"] += 1
    return True


async def _certify(year: Year, team: Team, person_id: str) -> None:
    """The person asks for one of benefits, the unit that sent the person for one of service."""
    for kind in (BENEFIT, SERVICE):
        await _check(year, await _ask(year, team, person_id, kind), "valid")


async def _revoke(year: Year, team: Team, person_id: str) -> None:
    """One was asked for by mistake: whoever was handed it sees that it does not hold any more."""
    path = f"{CERTIFICATES}/{(await _ask(year, team, person_id, SERVICE))['id']}/revoke"
    await _check(year, await year.system.post(year.bureau, path, {"reason": "单位申请有误"}), "revoked")


async def _ask(year: Year, team: Team, person_id: str, kind: str) -> Any:
    sender = {year.people[one.citizen_id]: one.unit_code for one in year.folder.experts}[person_id]
    who = Person("expert", person=person_id) if kind == BENEFIT else Person("unit", unit=sender)
    wanted = {"kind": kind, "team_id": year.teams[team.serial], "person_id": person_id}
    return await year.system.post(who, CERTIFICATES, wanted)


async def _check(year: Year, certificate: dict[str, Any], result: str) -> None:
    """A visitor types number and code, and a number with a wrong digit; a program hands in the signed document, and one
    that somebody altered."""
    system, number = year.system, certificate["number"]
    path = f"/public/certificates/{number}"
    named, masked = await system.get(None, path, code=certificate["code"]), await system.get(None, path)
    await system.refused(None, f"/public/certificates/{_mistyped(number)}")
    signed = await system.get(year.bureau, f"{CERTIFICATES}/{certificate['id']}/signed")
    altered = {**signed, "content": {**signed["content"], "name": f"{MARK}冒名"}}
    by_program = [await system.post(None, "/public/certificates/check", one) for one in (signed, altered)]
    found = [one["result"] for one in (named, masked, *by_program)]
    if found != [result, result, result, "altered"] or masked["name"] == named["name"]:
        raise DemoFailed(f"certificate {number} should be {result}, checks find {found}")
    year.tally["certificates_checked"] += 1
    year.tally["forgeries_refused"] += 2


def _mistyped(number: str) -> str:
    """The last digit before the check character is another."""
    return f"{number[:-2]}{(int(number[-2]) + 1) % 10}{number[-1]}"
