"""The jail's stream is hostile: whatever it holds, the answer stays plain and small."""

from hypothesis import given
from hypothesis import strategies as st

from pyagent.sandbox import readback
from pyagent.sandbox.readback import ENDED, FAILED, FILE, HEADER, STARTED, Readback


def record(kind: int, number: int = 0, body: bytes = b"") -> bytes:
    return HEADER.pack(kind, number, len(body)) + body


def fed(*chunks: bytes) -> Readback:
    folded = Readback(["a", "b"])
    for chunk in chunks:
        folded.feed(chunk)
    return folded


@given(st.binary(max_size=200), st.binary(max_size=200), st.integers(0, 255), st.integers(1, 40))
def test_records_survive_any_cutting(first: bytes, second: bytes, code: int, step: int) -> None:
    stream = record(STARTED) + record(FILE, 1, second) + record(FILE, 0, first) + record(ENDED, code)
    folded = fed(*(stream[at : at + step] for at in range(0, len(stream), step)))
    assert (folded.started, folded.files, folded.code, folded.failure) == (True, {"a": first, "b": second}, code, None)


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_nonsense_never_raises_nor_invents_names(chunks: list[bytes]) -> None:
    folded = fed(*chunks)
    assert set(folded.files) <= {"a", "b"}
    assert folded.code is None or 0 <= folded.code < 256


def test_the_first_word_counts() -> None:
    ended = record(ENDED, 3, (5).to_bytes(8, "little"))
    folded = fed(record(STARTED) + record(FILE, 0, b"1") + record(FILE, 0, b"2") + ended)
    assert (folded.files, folded.code, folded.peak_bytes) == ({"a": b"1"}, 3, 5)
    folded.feed(record(ENDED, 0) + record(FILE, 1, b"late"))
    assert (folded.files, folded.code) == ({"a": b"1"}, 3)


def test_a_failure_is_believed_only_before_the_start() -> None:
    assert fed(record(FAILED, 0, b"no space")).failure == "no space"
    assert fed(record(STARTED) + record(FAILED, 0, b"forged")).failure is None


def test_an_unknown_record_or_name_ends_the_listening() -> None:
    for bad in (record(9), record(FILE, 2, b"x"), record(ENDED, 256), HEADER.pack(FILE, 0, readback.FILE_BYTES + 1)):
        folded = fed(record(STARTED), bad, record(ENDED, 0))
        assert (folded.files, folded.code) == ({}, None)


def test_the_sum_of_files_is_bounded() -> None:
    piece = record(FILE, 0, bytes(readback.FILE_BYTES))
    folded = fed(record(STARTED), *[piece] * 4, record(FILE, 1, b"beyond"), record(ENDED, 0))
    assert set(folded.files) == {"a"}
    assert folded.code is None
