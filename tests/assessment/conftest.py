import pytest

from tests.assessment.factories import look_again


@pytest.fixture(scope="session")
def service_module() -> str:
    return "services.assessment.main"


@pytest.fixture(autouse=True)
def fresh_public_answers(request: pytest.FixtureRequest) -> None:
    """No test is answered what another one was."""
    look_again()
    if "app" in request.fixturenames:
        request.getfixturevalue("app").state.memory.clear()
