import pytest

from services.assessment.api.public import notice_answers, rating_answers


@pytest.fixture(scope="session")
def service_module() -> str:
    return "services.assessment.main"


@pytest.fixture(autouse=True)
def fresh_public_answers() -> None:
    """Public answers look for a new version once a second; a test does not wait for it."""
    for answers in (notice_answers, rating_answers):
        answers._read_at = float("-inf")
        answers._kept.clear()
