"""The frame around every verb: options, formats, errors, exit codes."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import cli.verbs.status
from cli.main import VERBS
from pyagent.places import place
from stages.opening import Asked, sources
from tests.plugins.command import ROOT, Pyagent
from tests.plugins.loops import Shell


def test_help_lists_every_verb_and_exit_code(fresh: Shell) -> None:
    out = fresh("--help").out
    assert all(f"  {verb} " in out for verb in VERBS)
    assert all(str(code) in out for code in (2, 3, 4, 5, 6, 7, 10, 130))


def test_help_is_cheap(capfd: pytest.CaptureFixture[str]) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "cli", "--help"], cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with capfd.disabled():
        print(f" [pyagent --help: {seconds:.2f} CPU-s]", end="")  # noqa: T201 - a figure to read, not to assert
    assert seconds > 0


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_has_help(fresh: Shell, verb: str) -> None:
    ended = fresh(verb, "--help")
    assert (ended.code, ended.out.startswith(f"Usage: pyagent {verb}")) == (0, True)


def test_an_unknown_verb_offers_the_near_one(fresh: Shell) -> None:
    ended = fresh("qeue")
    assert (ended.code, ended.out, "queue" in ended.err) == (2, "", True)


def test_scan_is_another_word_for_survey(fresh: Shell) -> None:
    assert fresh("scan", fresh.target, "--json").json["repository"].startswith("shapes-")


@pytest.mark.parametrize("arguments", [("--json", "status"), ("status", "--json"), ("--format", "json", "status")])
def test_shared_options_stand_before_or_after_the_verb(waiting: Shell, arguments: tuple[str, ...]) -> None:
    assert waiting(*arguments).json[0]["repository"] == waiting.slug


def test_the_later_format_wins(waiting: Shell) -> None:
    assert waiting("--format", "json", "status", "--format", "ndjson").out.startswith("{")


def test_ndjson_is_a_line_each(waiting: Shell) -> None:
    lines = waiting("queue", "--format", "ndjson").out.splitlines()
    assert [json.loads(line)["change"] for line in lines] == waiting.changes()


@pytest.mark.parametrize("arguments", [("queue", "--format", "sarif"), ("--format", "sarif", "queue")])
def test_only_a_survey_speaks_sarif(fresh: Shell, arguments: tuple[str, ...]) -> None:
    ended = fresh(*arguments)
    assert (ended.code, "`queue` has no findings" in ended.err) == (2, True)


def test_an_error_is_told_to_people_and_programs_alike(fresh: Shell) -> None:
    ended = fresh("show", "nothing", "--json")
    assert ended.json == {"error": "No change is named nothing.", "remedy": ended.json["remedy"], "exit": 2}
    assert ended.err.startswith("pyagent: No change is named nothing.\n  ")
    assert fresh("show", "json").out == ""


def test_results_go_to_stdout_and_talk_to_stderr(pyagent: Pyagent, waiting: Shell) -> None:
    command = [sys.executable, "-m", "cli", "--state", str(waiting.state), "merge", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)[0]["repository"] == waiting.slug
    assert pyagent.state


def test_a_bug_says_that_it_is_one(fresh: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.verbs.status, "opened", lambda: 1 / 0)
    ended = fresh("status")
    assert (ended.code, "ZeroDivisionError" in ended.err, "bug in pyagent" in ended.err) == (1, True, True)


def test_ctrl_c_is_130(fresh: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.verbs.status, "opened", interrupted)
    ended = fresh("status")
    assert (ended.code, "nothing is lost" in ended.err) == (130, True)


def test_a_reader_that_leaves_is_no_error(fresh: Shell) -> None:
    command = f"{sys.executable} -m cli --state {fresh.state} transforms superfluous-else; echo ended $? >&2"
    done = subprocess.run(["sh", "-c", f"({command}) | sleep 0"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == "ended 0\n"


def test_init_writes_a_configuration_that_opens_nothing(
    fresh: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "nothing can merge" in fresh("init", fresh.target).out
    document = fresh("settings", "--json").json
    assert document["configuration"] == str(tmp_path / "pyagent.toml")
    assert document["settings"]["policy"]["default"]["classes"] == []
    assert [each["target"] for each in document["settings"]["repository"]] == [fresh.target]
    assert not fresh.state.exists()


def test_init_refuses_to_overwrite(fresh: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyagent.toml").write_text("# mine\n", "utf-8")
    ended = fresh("init")
    assert (ended.code, "already there" in ended.err) == (2, True)
    assert (tmp_path / "pyagent.toml").read_text("utf-8") == "# mine\n"


def test_a_configuration_nobody_trusted_is_not_read(
    fresh: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyagent.toml").write_text('[policy.default]\nclasses = ["H"]\n', "utf-8")
    assert fresh("settings", "--json").json["configuration"] is None


def test_settings_show_the_environment_and_every_default(fresh: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYAGENT__POLICY__DEFAULT__THRESHOLD", "7")
    out = fresh("settings").out
    assert "policy.default.threshold = 7" in out
    assert f"state: {fresh.state}" in out
    assert "sandbox.level" in out


def test_an_unknown_key_offers_the_near_one(fresh: Shell, tmp_path: Path) -> None:
    ended = configured(fresh, tmp_path, "[policy.default]\ntreshold = 7\n")
    assert (ended.code, "Did you mean `threshold`?" in ended.err) == (3, True)


def test_a_policy_nobody_wrote_offers_the_near_one(fresh: Shell, tmp_path: Path) -> None:
    text = '[[repository]]\ntarget = "x"\npolicy = "strikt"\n[policy.strict]\nthreshold = 2\n'
    ended = configured(fresh, tmp_path, text)
    assert (ended.code, "Did you mean `strict`?" in ended.err) == (3, True)
    lonely = configured(fresh, tmp_path, '[[repository]]\ntarget = "x"\npolicy = "other"\n')
    assert "[policy.other]" in lonely.err


def test_a_relative_target_belongs_to_the_configurations_folder(
    fresh: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    text = f'[[repository]]\ntarget = "{os.path.relpath(fresh.target, tmp_path)}"\nslug = "mine"\n'
    document = json.loads(configured(fresh, tmp_path, text, "survey", "--json").out)
    assert document["repository"] == "mine"


@pytest.mark.parametrize(
    ("named", "expected"), [("bodies", "{}/bodies"), ("/srv/bodies", "/srv/bodies"), ("s3://bodies/c",) * 2]
)
def test_a_relative_folder_of_bodies_belongs_to_the_configurations_folder(
    tmp_path: Path, named: str, expected: str
) -> None:
    path = tmp_path / "pyagent.toml"
    path.write_text(f'[pyagent]\nblobs = "{named}"\n', "utf-8")
    found = sources(Asked(path))
    assert str(place(found.settings.pyagent.blobs, found.state)) == expected.format(tmp_path)


def test_without_a_state_flag_the_state_lies_where_settings_say(tmp_path: Path) -> None:
    (tmp_path / "pyagent.toml").write_text('[pyagent]\nstate = "here"\n', "utf-8")
    environment = {**os.environ, "PYAGENT_CONFIG": str(tmp_path / "pyagent.toml")}
    assert state_of(environment) == tmp_path / "here"
    (tmp_path / "pyagent.toml").write_text("", "utf-8")
    assert state_of(environment) == tmp_path / ".pyagent"
    assert state_of({**os.environ}) == Path(os.environ["XDG_STATE_HOME"]) / "pyagent"


def configured(shell: Shell, folder: Path, text: str, *arguments: str) -> object:
    path = folder / "pyagent.toml"
    path.write_text(text, "utf-8")
    return shell("--config", str(path), *(arguments or ("settings",)))


def state_of(environment: dict[str, str]) -> Path:
    command = [sys.executable, "-m", "cli", "settings", "--json"]
    done = subprocess.run(
        command,
        cwd=environment["HOME"],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(json.loads(done.stdout)["state"])
