"""Which addresses are called, and that the connection goes to the one that was checked."""

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook, WebhookVerificationError

from shared.clock import wall
from shared.settings import Settings
from shared.testing import settings_for_tests
from shared.webhooks import Guard, new_secret, post, signed
from tests.shared.receiver import Receiver

PRODUCTION = Guard()
HERE = Guard((ipaddress.ip_network("127.0.0.0/8"),), development=True)
SECRET = new_secret()
BODY = '{"type":"ping","教":"育"}'.encode()

CLOSED = [
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "5f00::1",
]
OPEN = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", CLOSED)
def test_no_special_address_is_called(address: str) -> None:
    assert not PRODUCTION.admits(address)


@pytest.mark.parametrize("address", OPEN)
def test_public_addresses_are_called(address: str) -> None:
    assert PRODUCTION.admits(address)
    assert not HERE.admits(address, plain=True)


def test_a_network_of_the_operators_is_called_but_never_what_serves_the_cloud() -> None:
    own = Guard(tuple(map(ipaddress.ip_network, ("10.20.0.0/16", "169.254.0.0/16", "fd00::/8"))))
    assert own.admits("10.20.3.4")
    assert not own.admits("10.21.0.1")
    assert not own.admits("169.254.169.254")
    assert not own.admits("fd00:ec2::254")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/x", "address.scheme"),
        ("ftp://example.org/x", "address.scheme"),
        ("file:///etc/passwd", "address.scheme"),
        ("https://user:word@example.org/x", "address.credentials"),
        ("https://user@example.org/x", "address.credentials"),
        ("https://example.org\\@127.0.0.1/x", "address.credentials"),
        ("https://example.org:8080/x", "address.port"),
        ("https://example.org:22/x", "address.port"),
        ("https://example.org:0/x", "address.port"),
        ("https:///x", "address.host"),
        ("https://example.org/x#y", "address.fragment"),
        ("https://exa mple.org/", "address.host"),
        ("https://exa%00mple.org/", "address.host"),
        ("https://example.org/\r\nHost: a", "address.malformed"),
        ("https://xn--/x", "address.malformed"),
        ("https://example.org/" + "x" * 2000, "address.long"),
    ],
)
def test_what_the_text_of_an_address_says_against_it(url: str, code: str) -> None:
    assert code in [reason.code for reason in PRODUCTION.obstacles(url)]


@pytest.mark.parametrize("url", ["https://example.org/x", "https://example.org:8443/x?a=b", "https://[2606:4700::1]/"])
def test_a_sound_address_has_nothing_against_it(url: str) -> None:
    assert list(PRODUCTION.obstacles(url)) == []


def test_a_port_that_no_machine_has_is_refused_in_development_too() -> None:
    for port in (0, 65536):
        assert [reason.code for reason in HERE.obstacles(f"http://127.0.0.1:{port}/x")] == ["address.port"]
    assert list(HERE.obstacles("http://127.0.0.1:65535/x")) == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "017700000001", "localhost", "0", "[::1]"])
async def test_however_it_is_written_this_machine_is_not_called(host: str) -> None:
    found = await PRODUCTION.check(f"https://{host}/x")
    assert [reason.code for reason in found] == ["address.not_public"]


async def test_a_name_is_refused_when_one_of_its_addresses_is_not_public(monkeypatch: Any) -> None:
    monkeypatch.setattr("shared.webhooks.addresses.resolve", lambda host, port: ["8.8.8.8", "10.0.0.5"])
    assert [r.code for r in await PRODUCTION.check("https://both.example/x")] == ["address.not_public"]


async def test_a_name_that_nobody_knows_is_refused(monkeypatch: Any) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    monkeypatch.setattr("shared.webhooks.addresses.resolve", unknown)
    assert [r.code for r in await PRODUCTION.check("https://none.example/x")] == ["address.unknown"]


def test_production_is_never_told_to_call_itself() -> None:
    live: dict[str, Any] = {"profile": "production", "dev_key": None, "issuer": "https://i", "files": "file:///x"}
    for network in ('["127.0.0.0/8"]', '["0.0.0.0/0"]', '["::/0"]'):
        with pytest.raises(ValueError, match="calls itself"):
            settings_for_tests(**live, webhook_networks=network)
    found: Settings = settings_for_tests(**live, webhook_networks='["10.20.0.0/16"]')
    assert [str(network) for network in found.webhook_networks] == ["10.20.0.0/16"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.close()


async def test_the_receivers_library_verifies_it_and_notices_a_changed_byte(receiver: Receiver) -> None:
    outcome = await post(HERE, receiver.url, "msg_1", BODY, (SECRET,))
    assert (outcome.taken, outcome.status, outcome.answer) == (True, 200, "")
    [got] = receiver.got
    assert got.verified(SECRET) == {"type": "ping", "教": "育"}
    assert (got.headers["host"], got.headers["content-type"]) == (f"127.0.0.1:{receiver.port}", "application/json")
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(got.body + b" ", got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(got.body, got.headers)


def test_while_a_secret_is_changed_either_verifies() -> None:
    new = new_secret()
    headers = signed((new, SECRET), "msg_1", BODY, wall())
    for secret in (new, SECRET):
        Webhook(secret).verify(BODY, headers)


async def test_production_does_not_connect_to_this_machine(receiver: Receiver) -> None:
    outcome = await post(PRODUCTION, f"https://127.0.0.1:8443/x?{receiver.port}", "msg_1", BODY, (SECRET,))
    assert (outcome.status, outcome.failure.partition(":")[0]) == (None, "address.not_public")
    outcome = await post(PRODUCTION, receiver.url, "msg_1", BODY, (SECRET,))
    assert outcome.failure.startswith("address.scheme")
    assert receiver.got == []


async def test_a_name_that_points_inward_by_now_is_not_called(receiver: Receiver, monkeypatch: Any) -> None:
    """DNS rebinding: public when it was registered, this machine a moment later."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    monkeypatch.setattr("shared.webhooks.addresses.resolve", lambda host, port: next(answers))
    assert await PRODUCTION.check("https://turning.example:8443/x") == []
    outcome = await post(PRODUCTION, "https://turning.example:8443/x", "msg_1", BODY, (SECRET,))
    assert outcome.failure.startswith("address.not_public")


async def test_a_try_resolves_once_and_goes_where_it_checked(receiver: Receiver, monkeypatch: Any) -> None:
    asked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["8.8.8.8"]

    monkeypatch.setattr("shared.webhooks.addresses.resolve", once)
    outcome = await post(HERE, f"http://department.example:{receiver.port}/hooks?a=1", "msg_1", BODY, (SECRET,))
    assert (outcome.status, asked) == (200, ["department.example"])
    assert (receiver.got[0].headers["host"], receiver.got[0].path) == (
        f"department.example:{receiver.port}",
        "/hooks?a=1",
    )


async def test_tls_asks_for_the_name_and_not_for_the_address(
    receiver: Receiver, monkeypatch: Any, tmp_path: Path
) -> None:
    certificate = _certificate(tmp_path, "department.example")
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate)
    asked: list[Any] = []
    served.sni_callback = lambda _socket, name, _context: asked.append(name)
    secure = Receiver()
    secure.server.socket = served.wrap_socket(secure.server.socket, server_side=True)
    monkeypatch.setattr("shared.webhooks.addresses.resolve", lambda host, port: ["127.0.0.1"])
    trusted = ssl.create_default_context(cafile=str(certificate))
    try:
        good = await post(HERE, f"https://department.example:{secure.port}/x", "msg_1", BODY, (SECRET,), trusted)
        wrong = await post(HERE, f"https://other.example:{secure.port}/x", "msg_2", BODY, (SECRET,), trusted)
        stranger = await post(HERE, f"https://department.example:{secure.port}/x", "msg_3", BODY, (SECRET,))
    finally:
        secure.close()
    assert good.taken, good
    assert asked[0] == "department.example"
    assert [(o.taken, o.failure.partition(":")[0]) for o in (wrong, stranger)] == [(False, "connection")] * 2
    assert [got.id for got in secure.got] == ["msg_1"]


def _certificate(folder: Path, name: str) -> Path:
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


async def test_a_redirect_is_a_failure_and_not_followed(receiver: Receiver) -> None:
    other = Receiver()
    receiver.always(302, location=other.url)
    outcome = await post(HERE, receiver.url, "msg_1", BODY, (SECRET,))
    other.close()
    assert (outcome.taken, outcome.status, other.got) == (False, 302, [])


async def test_of_a_failed_answer_only_the_beginning_is_kept_and_never_a_secret(receiver: Receiver) -> None:
    receiver.always(500, f"bad key {SECRET}\x00 ".encode() + b"x" * 5_000_000)
    outcome = await post(HERE, receiver.url, "msg_1", BODY, (SECRET,))
    assert outcome.status == 500
    assert outcome.answer.startswith("bad key …")
    assert len(outcome.answer) == 500
    assert SECRET.removeprefix("whsec_") not in outcome.answer
    assert SECRET not in repr(outcome)


async def test_nobody_there_and_nobody_answering_are_failures(receiver: Receiver, monkeypatch: Any) -> None:
    monkeypatch.setattr("shared.webhooks.sending.WHOLE_SECONDS", 0.2)
    receiver.seconds = 0.6
    slow = await post(HERE, receiver.url, "msg_1", BODY, (SECRET,))
    assert slow.failure.startswith("timeout")
    gone = Receiver()
    gone.close()
    nobody = await post(HERE, gone.url, "msg_1", BODY, (SECRET,))
    assert nobody.failure.startswith("connection")


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("120", 120, 120),
        ("999999", 86400, 86400),
        ("soon", 0, 0),
        ("-5", 0, 0),
        ("Wed, 21 Oct 99999999999999 07:28:00 GMT", 0, 0),
    ],
)
async def test_a_receiver_may_say_when_to_come_again(receiver: Receiver, said: str, least: float, most: float) -> None:
    receiver.always(429, retry_after=said)
    outcome = await post(HERE, receiver.url, "msg_1", BODY, (SECRET,))
    assert least <= outcome.retry_after <= most


async def test_a_date_to_come_again_counts_from_now(receiver: Receiver) -> None:
    receiver.always(503, retry_after=(wall() + timedelta(minutes=10)).strftime("%a, %d %b %Y %H:%M:%S GMT"))
    outcome = await post(HERE, receiver.url, "msg_1", BODY, (SECRET,))
    assert 500 < outcome.retry_after <= 600
