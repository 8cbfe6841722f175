"""The ledger test where the platform sends again what was not answered: everything arrives, once, in order."""

import pytest

from tests.chaos.scenario import run_ledger


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(3)
@pytest.mark.promise(4)
async def test_everything_arrives_once_whatever_dies(long_run: bool) -> None:
    """5,000 messages; 100,000 in `make chaos`."""
    await run_ledger(5000, redelivery=True, long_run=long_run)
