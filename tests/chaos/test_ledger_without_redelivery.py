"""The ledger test where nothing is ever sent again, as LINE does by default: what was answered 2xx is there."""

import pytest

from tests.chaos.scenario import run_ledger


@pytest.mark.promise(1)
@pytest.mark.promise(2)
@pytest.mark.promise(3)
@pytest.mark.promise(4)
async def test_what_was_answered_is_never_lost_whatever_dies(long_run: bool) -> None:
    """As many as are written while everything dies once at every named point and once at random."""
    await run_ledger(1000, redelivery=False, long_run=long_run)
