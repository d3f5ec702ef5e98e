"""The Job contract: what goes in, what comes out."""

import os
import sys
from pathlib import Path

import pytest

from pyagent.errors import EnvironmentFault
from pyagent.ports import Job, Limits, Mount, Runner

PYTHON = str(Path(sys.executable).resolve())


def test_a_run_reports_exactly_what_happened(runner: Runner) -> None:
    done = runner.run(Job(("sh", "-c", "cat; echo err >&2; echo x > out; exit 3"), stdin=b"in", collect=("out", "no")))
    assert (done.code, done.stdout, done.stderr, done.files) == (3, b"in", b"err\n", {"out": b"x\n"})
    assert done.stopped is None
    assert 0 < done.cpu_seconds < 10
    assert 0 < done.wall_seconds < 60
    assert 1 << 20 < done.peak_bytes < 32 << 20, "of the command, whatever the size of the process that started it"


def test_a_folder_is_listed_alike_whatever_was_changed_in_its_files(runner: Runner, folder: Path) -> None:
    names = ["b", "z", "a", "m", "c"]
    listed: set[bytes] = set()
    for number, order in enumerate((names, sorted(names), names[::-1])):
        tree = folder / str(number)
        tree.mkdir()
        for name in order:
            (tree / name).write_text(name)
        overlay: dict[str, bytes | None] = dict.fromkeys(order[:number], b"changed")
        listed.add(runner.run(Job(("ls", "-U"), tree=tree, overlay=overlay)).stdout)
    assert len(listed) == 1, listed
    assert sorted(listed.pop().decode().split()) == sorted(names)


def test_the_tree_is_copied_and_the_overlay_laid_over_it(runner: Runner, folder: Path) -> None:
    (folder / "keep").mkdir()
    (folder / "keep" / "a b ü.py").write_text("kept")
    (folder / "gone.py").write_text("gone")
    (folder / "tool").write_text("#!/bin/sh\necho old")
    (folder / "tool").chmod(0o700)
    (folder / "link").symlink_to("keep/a b ü.py")
    overlay = {"gone.py": None, "tool": b"#!/bin/sh\necho new\n", "deep/er/ö": b"deep"}
    done = runner.run(Job(("sh", "-c", "find . -type f | sort; cat link deep/er/ö; ./tool"), folder, overlay))
    assert done.stdout.decode() == "./deep/er/ö\n./keep/a b ü.py\n./tool\nkeptdeepnew\n"
    assert sorted(path.name for path in folder.iterdir()) == ["gone.py", "keep", "link", "tool"]


def test_a_tree_file_closed_to_others_still_works(runner: Runner, folder: Path) -> None:
    private = folder / "private.py"
    private.write_text("mine")
    private.chmod(0o600)
    os.chown(private, folder.stat().st_uid, folder.stat().st_gid)
    assert runner.run(Job(("cat", "private.py"), folder)).stdout == b"mine"


def test_a_signal_is_128_and_its_number(runner: Runner) -> None:
    assert runner.run(Job(("sh", "-c", "kill -TERM $$"))).code == 143


def test_a_missing_command_is_127_and_a_closed_one_126(runner: Runner) -> None:
    missing = runner.run(Job(("no-such-command",)))
    assert (missing.code, missing.stderr) == (127, b"no-such-command: No such file or directory\n")
    assert runner.run(Job(("./data",), overlay={"data": b"x"})).code == 126


def test_job_environment_comes_on_top_of_a_clean_one(runner: Runner) -> None:
    done = runner.run(Job(("env",), env={"MINE": "ü", "LANG": "C"}))
    names = dict(line.split("=", 1) for line in done.stdout.decode().splitlines())
    assert names.pop("PATH").startswith("/usr/local/bin")
    assert names.pop("TMPDIR")
    assert names == {"HOME": "/home/sandbox", "LANG": "C", "MINE": "ü", "USER": "sandbox"}


def test_only_the_standard_streams_are_inherited(runner: Runner) -> None:
    listed = runner.run(Job((PYTHON, "-I", "-S", "-c", "import os; print(os.listdir('/proc/self/fd'))")))
    assert listed.stdout == b"['0', '1', '2', '3']\n"  # 3 is the listing itself


def test_collected_files_are_plain_and_of_bounded_size(runner: Runner) -> None:
    script = """
        mkdir real; echo deep > real/file; ln -s real/file link; ln -s real way; mkfifo pipe
        ln -s /etc/passwd host; truncate -s 65M huge; : > empty
    """
    names = ("real/file", "link", "way/file", "pipe", "host", "huge", "empty", "real", "no/such")
    done = runner.run(Job(("sh", "-c", script), collect=names))
    assert done.files == {"real/file": b"deep\n", "empty": b""}


def test_mounts_show_host_folders_and_only_writable_ones_take_writes(runner: Runner, folder: Path) -> None:
    for name in ("closed ö", "open"):
        (folder / name).mkdir()
    (folder / "closed ö" / "file").write_text("seen")
    (folder / "open").chmod(0o777)
    mounts = (Mount(folder / "closed ö", "/opt/a b"), Mount(folder / "open", "/opt/open", writable=True))
    done = runner.run(
        Job(("sh", "-c", "cat '/opt/a b/file'; echo x > '/opt/a b/y'; echo x > /opt/open/y"), mounts=mounts)
    )
    assert done.stdout == b"seen"
    assert (folder / "open" / "y").read_text() == "x\n"
    assert [path.name for path in (folder / "closed ö").iterdir()] == ["file"]


def test_a_mount_inside_another_is_not_covered_by_it(runner: Runner, folder: Path) -> None:
    for name in ("outer/inner", "other"):
        (folder / name).mkdir(parents=True)
    (folder / "other" / "file").write_text("inner")
    mounts = (Mount(folder / "other", "/opt/x/inner"), Mount(folder / "outer", "/opt/x"))
    assert runner.run(Job(("cat", "/opt/x/inner/file"), mounts=mounts)).stdout == b"inner"


def test_a_tree_that_does_not_fit_says_which_limit(runner: Runner, folder: Path) -> None:
    (folder / "big").write_bytes(bytes(3 << 20))
    with pytest.raises(EnvironmentFault, match=r"could not be copied.*No space left.*2097152 bytes"):
        runner.run(Job(("true",), folder, limits=Limits(work_bytes=2 << 20)))


@pytest.mark.parametrize("path", ["../out", "/etc/passwd", "a//b", "a/./b", "", "a\0b"])
def test_an_overlay_cannot_leave_the_work_copy(runner: Runner, path: str) -> None:
    with pytest.raises(EnvironmentFault, match="no plain path"):
        runner.run(Job(("true",), overlay={path: b"x"}))


@pytest.mark.parametrize("inside", ["opt", "/", "/opt/../etc"])
def test_a_mount_needs_an_absolute_place_below_the_root(runner: Runner, folder: Path, inside: str) -> None:
    with pytest.raises(EnvironmentFault, match="Nothing can be mounted"):
        runner.run(Job(("true",), mounts=(Mount(folder, inside),)))


def test_a_mount_that_is_not_there_is_named(runner: Runner, folder: Path) -> None:
    with pytest.raises(EnvironmentFault, match="gone to show inside is not there"):
        runner.run(Job(("true",), mounts=(Mount(folder / "gone", "/opt/gone"),)))


def test_a_sandbox_that_cannot_start_is_a_fault_not_a_result(runner: Runner, folder: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"did not start: bwrap: .*/usr/nowhere"):
        runner.run(Job(("true",), mounts=(Mount(folder, "/usr/nowhere"),)))


def test_a_command_cannot_end_or_stop_the_jail(runner: Runner) -> None:
    done = runner.run(Job(("sh", "-c", "kill -9 $PPID; kill -STOP $PPID; kill -TERM $PPID; exit 5")))
    assert (done.code, done.stopped) == (5, None)


def test_a_command_may_kill_its_own_process_group(runner: Runner) -> None:
    assert runner.run(Job(("sh", "-c", "kill -KILL 0"))).code == 137
