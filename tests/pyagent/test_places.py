"""What `[pyagent] blobs` names."""

from pathlib import Path

import pytest

from pyagent.errors import ConfigurationError
from pyagent.places import Bucket, place

STATE = Path("/state")


@pytest.mark.parametrize(
    ("setting", "where"),
    [
        (None, STATE / "blobs"),
        ("", STATE / "blobs"),
        ("/elsewhere", Path("/elsewhere")),
        ("s3", Path("s3")),
        ("s3://bodies", Bucket("bodies", "")),
        ("s3://bodies/", Bucket("bodies", "")),
        ("s3://bodies/team//pyagent/", Bucket("bodies", "team/pyagent")),
    ],
)
def test_a_folder_or_a_bucket(setting: str | None, where: Path | Bucket) -> None:
    assert place(setting, STATE) == where


@pytest.mark.parametrize("setting", ["s3://", "s3:///prefix", "s3://A_B/prefix", "gs://bodies", "https://host/bodies"])
def test_what_is_neither_is_refused(setting: str) -> None:
    with pytest.raises(ConfigurationError, match=r"names neither a folder nor a bucket.*s3://bucket/prefix"):
        place(setting, STATE)


def test_a_bucket_is_shown_as_it_was_configured() -> None:
    assert [str(Bucket("bodies", prefix)) for prefix in ("", "a/b")] == ["s3://bodies", "s3://bodies/a/b"]
    assert [Bucket("bodies", prefix).key("ab", "abc") for prefix in ("", "a/b")] == ["ab/abc", "a/b/ab/abc"]
