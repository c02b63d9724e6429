"""Facts and commands come back as they went."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.commands import COMMAND_TYPES
from cockpit.domain.facts import FACT_TYPES, EventBecameAtRisk
from cockpit.stream.codec import UnreadableEntryError, decode, decode_command, decode_fact, encode
from tests.stream.messages import any_of, facts_named

_ALL = [*FACT_TYPES.values(), *COMMAND_TYPES.values()]


@given(st.sampled_from(_ALL).flatmap(any_of))
def test_every_message_comes_back_as_it_went(message: object) -> None:
    assert decode(*encode(message)) == message  # type: ignore[arg-type]  # any_of knows no types


@given(st.sampled_from([*FACT_TYPES, *COMMAND_TYPES, "Nonsense", ""]), st.binary(max_size=60))
def test_garbage_is_unreadable_and_nothing_worse(type_name: str, body: bytes) -> None:
    with pytest.raises(UnreadableEntryError):
        decode(type_name, body)


@pytest.mark.parametrize("cut", [1, 20, 80])
def test_a_cut_fact_is_unreadable(cut: int) -> None:
    type_name, body = encode(facts_named("a")[0])
    with pytest.raises(UnreadableEntryError, match=EventBecameAtRisk.__name__):
        decode_fact(type_name, body[:cut])


def test_a_deeply_nested_body_is_unreadable() -> None:
    with pytest.raises(UnreadableEntryError):
        decode_fact("EventReported", b'{"report":' + b'{"extra":' * 50_000)


def test_a_fact_is_no_command() -> None:
    type_name, body = encode(facts_named("a")[0])
    with pytest.raises(UnreadableEntryError, match="unknown type"):
        decode_command(type_name, body)


def test_text_that_no_utf8_can_carry_is_refused_before_it_reaches_the_stream() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        encode(facts_named("\ud800")[0])
