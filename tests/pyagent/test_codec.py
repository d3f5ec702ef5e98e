import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pyagent.codec import decode, encode
from pyagent.model import FileChange, Patch

SIDES = st.none() | st.binary()
PATCHES = st.lists(st.builds(FileChange, st.text(), SIDES, SIDES)).map(lambda files: Patch(tuple(files)))


@given(PATCHES)
def test_decoding_gives_back_what_was_encoded(patch: Patch) -> None:
    assert decode(Patch, encode(patch)) == patch


@pytest.mark.parametrize("body", ['{"path":"a","before":null}', '{"path":"a","before":null,"after":null,"x":1}', "[]"])
def test_a_body_that_does_not_fit_is_refused(body: str) -> None:
    with pytest.raises(ValidationError):
        decode(FileChange, body)
