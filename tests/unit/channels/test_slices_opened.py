"""Opening a body down to the parts that are wanted, each with its exact text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.channels import slices
from libs.channels.events import MalformedBody
from libs.channels.slices import Item, Node, Opened, Shape, elements, member, opened

SHAPE: Shape = {"entry": [{"changes": [{"value": {"messages": [None]}}]}]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc") | st.text(), inner, max_size=4),
    max_leaves=20,
)


def value_of(node: Node) -> Any:
    """The JSON that was opened."""
    if isinstance(node, Item):
        return node.value
    if isinstance(node, Opened):
        return {name: value_of(member) for name, member in node.members.items()}
    return [value_of(element) for element in node]


def test_parts_keep_their_exact_text() -> None:
    text = ' {"entry" : [ {"id": 1.0, "changes":[{"value": {"messages": [ {"a" :1}, 2 ]}}]} ] }\n'
    root = opened(text, SHAPE)
    (entry,) = elements(member(root, "entry"))
    assert member(entry, "id") == Item(1.0, "1.0")
    (change,) = elements(member(entry, "changes"))
    assert elements(member(member(change, "value"), "messages")) == [Item({"a": 1}, '{"a" :1}'), Item(2, "2")]


@pytest.mark.parametrize("text", ['{"entry": {"a": 1}}', '{"entry": 5}', "[1]", '{"entry": [7, null, []]}'])
def test_what_is_no_such_shape_is_an_item(text: str) -> None:
    assert value_of(opened(text, SHAPE)) == json.loads(text)


@given(value=JSON, shape=st.sampled_from([None, {"a": None}, [None], {"a": {"b": [None]}}, [[{"a": [None]}]]]))
def test_opens_whatever_json_there_is(value: Any, shape: Shape) -> None:
    assert value_of(opened(json.dumps(value, indent=1), shape)) == value


@pytest.mark.parametrize(
    "text", ["", "{", '{"entry"}', '{"entry": [1,]}', '{"entry": [1 2]}', '{"entry": [{]}', '{"entry": []} x', "{5: 1}"]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(MalformedBody) as refused:
        opened(text, SHAPE)
    assert refused.value.reason == "not_json"


def test_nesting_without_end_spoils_only_its_part() -> None:
    root = opened('{"entry": [%s, {"id": 7}]}' % ("[" * 100_000 + "]" * 100_000), SHAPE)
    deep, good = elements(member(root, "entry"))
    assert isinstance(deep, Item)
    assert deep.problem == "nested too deeply"
    assert value_of(good) == {"id": 7}


def test_reading_ends_at_the_most_members_a_body_may_have() -> None:
    with pytest.raises(MalformedBody) as refused:
        opened('{"entry":[' + '{"changes":[{"value":{}}]},' * slices.MOST_ITEMS * 2 + "]]]", SHAPE)
    assert refused.value.reason == "too_many_items"


def test_a_full_batch_is_read() -> None:
    change = '{"field":"messages","value":{"metadata":{},"contacts":[{}],"messages":[{}],"product":"whatsapp"}}'
    text = '{"entry":[' + ",".join(f'{{"id":"1","time":2,"changes":[{change}]}}' for _ in range(1_000)) + "]}"
    assert len(elements(member(opened(text, SHAPE), "entry"))) == 1_000
