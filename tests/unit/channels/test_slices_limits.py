"""Bodies of so many small things that reading them would hold up everybody else's."""

import pytest

from libs.channels import slices
from libs.channels.events import MalformedBody

_MANY = slices.MOST_ITEMS + 1


@pytest.mark.parametrize(
    "text",
    [
        '{"events":[' + "{}," * _MANY + "{}]}",
        "{" + '"a":1,' * _MANY + '"events":[]}',
        "{" + f'"events":[{",".join("1" * 100)}],' * (_MANY // 100 + 1) + '"a":1}',
        # Given up before what is wrong further on is even looked at.
        '{"events":[' + "{}," * _MANY + "]]]",
    ],
)
def test_reading_ends_at_the_most_items_a_body_may_have(text: str) -> None:
    with pytest.raises(MalformedBody) as error:
        slices.array_items(text, "events")
    assert error.value.reason == "too_many_items"


def test_a_full_batch_is_read() -> None:
    text = '{"destination":"U0","events":[' + ",".join("{}" for _ in range(5_000)) + "]}"
    assert len(slices.array_items(text, "events")) == 5_000
