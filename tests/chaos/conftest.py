"""Fixtures of the fault runs."""

import pytest


@pytest.fixture
def long_run(request: pytest.FixtureRequest) -> bool:
    """Whether this is `make chaos`."""
    return bool(request.config.getoption("--long"))
