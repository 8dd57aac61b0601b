import pytest


@pytest.fixture(scope="session")
def service_module() -> str:
    return "services.orders.main"
