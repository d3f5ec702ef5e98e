from hypothesis import given
from hypothesis import strategies as st

from pyagent.ids import LENGTH, change_id, digest, patch_hash, proposal_id, validation_id
from pyagent.model import FileChange, Patch


@given(st.lists(st.text()), st.lists(st.text()))
def test_only_equal_sequences_share_a_digest(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


@given(st.binary())
def test_a_digest_is_26_characters_a_branch_may_hold(body: bytes) -> None:
    name = digest(body)
    assert len(name) == LENGTH
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_ids_are_the_same_on_every_machine() -> None:
    assert change_id("slug", "a.py", "f", "t") == "v5htf5f36pk67jwzbfdj4wpfpe"


def test_an_empty_file_is_not_an_absent_one() -> None:
    empty, absent = (Patch((FileChange("a", None, after),)) for after in (b"", None))
    assert patch_hash(empty) != patch_hash(absent)
    assert proposal_id("c", empty) != proposal_id("c", absent)


def test_a_new_gate_set_is_a_new_validation() -> None:
    assert validation_id("p", "t", "e", "1") != validation_id("p", "t", "e", "2")
