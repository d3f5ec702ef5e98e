"""What a hostile repository may carry to make git start a program: one plant a vector. Each marks its own file.

A plant is what an attacker who owns the target can leave in it: settings, hooks, odd git directories,
files of the tree. Nothing outside the target is touched.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

FILES = {
    "pyproject.toml": '[project]\nname = "shapes"\nversion = "1.0"\nrequires-python = ">=3.9"\n',
    "shapes.py": '''def kind(sides):
    """Its name."""
    if sides == 3:
        return "triangle"
    else:
        return "polygon"
''',
    "test_shapes.py": """from shapes import kind


def test_kind():
    assert (kind(3), kind(4)) == ("triangle", "polygon")
""",
    "long.txt": "".join(f"line {number}\n" for number in range(40)),
}
ATTRIBUTES = "* filter=evil diff=evil merge=evil\n"


@dataclass(frozen=True, slots=True)
class Victim:
    """One hostile repository: its work tree, a bare peer it knows as `origin`, its trap and the trap's mark."""

    root: Path
    peer: Path
    trap: Path
    mark: Path

    def git(self, *argv: str) -> str:
        """Git as the attacker runs it, before any plant stands."""
        return ordinary(self.root, *argv, check=True).stdout.strip()

    def set(self, **settings: str) -> None:
        """Write settings as the attacker's editor would, so that planting starts nothing."""
        dotted = {name.replace("__", "-").replace("_", "."): value for name, value in settings.items()}
        trap = str(self.trap)
        found = {name.replace("TRAP", trap): value.replace("TRAP", trap) for name, value in dotted.items()}
        append(self.root / ".git/config", found)


Plant = Callable[[Victim], None]


def ordinary(folder: Path, *argv: str, check: bool = False, text: str = "") -> "subprocess.CompletedProcess[str]":
    """Unhardened git of a person without a configuration of their own."""
    who = {"GIT_AUTHOR_NAME": "o", "GIT_COMMITTER_NAME": "o", "GIT_AUTHOR_EMAIL": "o@x", "GIT_COMMITTER_EMAIL": "o@x"}
    env = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "GIT_TERMINAL_PROMPT": "0", "TERM": "xterm", **who}
    # With no tool named, git opens vimdiff for `difftool` and `mergetool`, which would wait for a person.
    command = ["git", "-c", "init.defaultBranch=main", "-c", "mergetool.vimdiff.path=true", *argv]
    return subprocess.run(
        command, cwd=folder, env=env, check=check, capture_output=True, text=True, input=text, timeout=60
    )


def append(config: Path, settings: Mapping[str, str]) -> None:
    """Add settings, `section.name.key` -> value, to a git configuration file."""
    with config.open("a", encoding="utf-8") as file:
        for name, value in settings.items():
            section, _, key = name.rpartition(".")
            top, _, sub = section.partition(".")
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            named = f'{top} "{sub}"' if sub else top
            file.write(f'[{named}]\n\t{key} = "{escaped}"\n')


def template(root: Path) -> Path:
    """A small honest project at `root/repo` with two branches, and its bare peer at `root/peer.git`; no plant yet."""
    repo = root / "repo"
    repo.mkdir(parents=True)
    for name, text in FILES.items():
        (repo / name).write_text(text, encoding="utf-8")
    for step in ("init --quiet --template=", "add -A", "commit -qm start", "checkout -q -b side"):
        ordinary(repo, *step.split(), check=True)
    _edited(repo, 3, "aside")
    ordinary(repo, "checkout", "-q", "main", check=True)
    _edited(repo, 30, "second")  # so that a merge of both has to join one file
    ordinary(repo, "checkout", "-q", "-b", "next", check=True)
    _edited(repo, 20, "third")
    for step in ("checkout -q main", f"clone -q --bare . {root / 'peer.git'}"):
        ordinary(repo, *step.split(), check=True)
    return root


def _edited(repo: Path, line: int, what: str) -> None:
    place = repo / "long.txt"
    place.write_text(place.read_text("utf-8").replace(f"line {line}\n", f"{what}\n"), encoding="utf-8")
    ordinary(repo, "commit", "-qam", what, check=True)


def planted(model: Path, root: Path, *names: str) -> dict[str, Victim]:
    """A copy of the model with these vectors planted, each with a trap of its own; by name."""
    shutil.copytree(model, root, symlinks=True)
    append(root / "repo/.git/config", {"remote.origin.fetch": "+refs/heads/*:refs/remotes/origin/*"})
    append(root / "repo/.git/config", {"remote.origin.url": str(root / "peer.git")})
    victims: dict[str, Victim] = {}
    for name in names:
        safe = name.replace("/", "-").replace(" ", "-")
        trap, mark = root / f"trap-{safe}", root / f"mark-{safe}"
        trap.write_text(f"#!/bin/sh\n: > '{mark}'\nexit 0\n", encoding="utf-8")
        trap.chmod(0o755)
        victims[name] = Victim(root / "repo", root / "peer.git", trap, mark)
    for name, victim in victims.items():
        PLANTS[name](victim)
    return victims


HOOKS = (
    "applypatch-msg", "commit-msg", "post-applypatch", "post-checkout", "post-commit", "post-index-change",
    "post-merge", "post-receive", "post-rewrite", "post-update", "pre-applypatch", "pre-auto-gc", "pre-commit",
    "pre-merge-commit", "pre-push", "pre-rebase", "pre-receive", "prepare-commit-msg", "proc-receive",
    "push-to-checkout", "reference-transaction", "sendemail-validate", "update",
)  # fmt: skip


def _hook(name: str) -> Plant:
    def plant(victim: Victim) -> None:
        folder = victim.root / ".git/hooks"
        folder.mkdir(exist_ok=True)
        shutil.copy(victim.trap, folder / name)

    return plant


def _settings(*, attributes: bool = False, **settings: str) -> Plant:
    def plant(victim: Victim) -> None:
        if attributes:
            (victim.root / ".gitattributes").write_text(ATTRIBUTES, encoding="utf-8")
            info = victim.root / ".git/info"
            info.mkdir(exist_ok=True)
            (info / "attributes").write_text(ATTRIBUTES, encoding="utf-8")
        victim.set(**settings)

    return plant


def _included(victim: Victim) -> None:
    append(victim.root / ".git/elsewhere", {"core.fsmonitor": str(victim.trap)})
    victim.set(include_path="elsewhere")


def _included_if(victim: Victim) -> None:
    append(victim.root / ".git/elsewhere-if", {"core.fsmonitor": str(victim.trap)})
    append(victim.root / ".git/config", {"includeIf.gitdir:/.path": "elsewhere-if"})


def _hooks_path(victim: Victim) -> None:
    folder = victim.root / "tools"
    folder.mkdir()
    for name in ("post-index-change", "pre-commit", "reference-transaction"):
        shutil.copy(victim.trap, folder / name)
    victim.set(core_hooksPath="tools")


def _worktree_config(victim: Victim) -> None:
    victim.set(extensions_worktreeConfig="true")
    append(victim.root / ".git/config.worktree", {"core.fsmonitor": str(victim.trap)})


def _moved(victim: Victim) -> Path:
    """The git directory under another name, with a monitor; its new place."""
    victim.set(core_fsmonitor="TRAP")
    return (victim.root / ".git").rename(victim.root.parent / "elsewhere.git")


def _symlinked(victim: Victim) -> None:
    (victim.root / ".git").symlink_to(_moved(victim))


def _gitfile(victim: Victim) -> None:
    moved = _moved(victim)
    (victim.root / ".git").write_text(f"gitdir: {moved}\n", encoding="utf-8")


def _commondir(victim: Victim) -> None:
    moved = _moved(victim)
    mine = victim.root / ".git"
    mine.mkdir()
    for name in ("HEAD", "index"):
        shutil.copy(moved / name, mine / name)
    (mine / "commondir").write_text(f"{moved}\n", encoding="utf-8")


def _bare_inside(victim: Victim) -> None:
    bare = victim.root / "vendor"
    shutil.copytree(victim.peer, bare)
    text = (bare / "config").read_text("utf-8").replace("bare = true", "bare = false")
    (bare / "config").write_text(text, encoding="utf-8")
    append(bare / "config", {"core.worktree": "..", "core.fsmonitor": str(victim.trap)})


def _nested(victim: Victim) -> None:
    """A submodule's place holds a repository with a monitor of its own."""
    inner = victim.root / "inner"
    shutil.copytree(victim.peer, inner / ".git")
    config = inner / ".git/config"
    config.write_text(config.read_text("utf-8").replace("bare = true", "bare = false"), encoding="utf-8")
    append(config, {"core.fsmonitor": str(victim.trap)})
    head = victim.git("rev-parse", "main")
    victim.git("update-index", "--add", "--cacheinfo", f"160000,{head},inner")
    _commit(victim)


def _commit(victim: Victim) -> None:
    """What is staged, on main, by plumbing: a commit would run what others planted."""
    tree = victim.git("write-tree")
    made = victim.git("commit-tree", tree, "-p", "main", "-m", "planted")
    (victim.root / ".git/refs/heads/main").write_text(f"{made}\n", encoding="ascii")


def _submodule(url: str, update: str) -> Plant:
    def plant(victim: Victim) -> None:
        told = (url.replace("TRAP", str(victim.trap)), update.replace("TRAP", str(victim.trap)))
        text = f'[submodule "x"]\n\tpath = x\n\turl = {told[0]}\n\tupdate = {told[1]}\n'
        (victim.root / ".gitmodules").write_text(text, encoding="utf-8")
        head = victim.git("rev-parse", "main")
        victim.git("add", ".gitmodules")
        victim.git("update-index", "--add", "--cacheinfo", f"160000,{head},x")
        _commit(victim)
        append(victim.root / ".git/config", {"submodule.x.url": str(victim.peer), "submodule.x.update": told[1]})

    return plant


def _alternates(victim: Victim) -> None:
    other = victim.root.parent / "other.git"
    shutil.copytree(victim.peer, other)
    (victim.root / ".git/objects/info/alternates").write_text(f"{other}/objects\n", encoding="utf-8")
    victim.set(core_alternateRefsCommand="TRAP")


def _promisor(victim: Victim) -> None:
    """An object is missing; where it would be fetched from is a program."""
    blob = victim.git("rev-parse", "main:shapes.py")
    victim.set(extensions_partialClone="lazy", remote_lazy_promisor="true", remote_lazy_url="/nowhere")
    victim.set(remote_lazy_uploadpack="TRAP", core_repositoryFormatVersion="1")
    (victim.root / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()


def _lfs(victim: Victim) -> None:
    (victim.root / ".lfsconfig").write_text(
        f'[lfs "customtransfer.evil"]\n\tpath = {victim.trap}\n[lfs]\n\tstandalonetransferagent = evil\n', "utf-8"
    )
    victim.set(**{"lfs_standalonetransferagent": "evil", "lfs_customtransfer.evil_path": "TRAP"})


def _template_folder(victim: Victim) -> None:
    hooks = victim.root / "template/hooks"
    hooks.mkdir(parents=True)
    shutil.copy(victim.trap, hooks / "post-checkout")
    victim.set(init_templateDir=str(victim.root / "template"))


PLANTS: Mapping[str, Plant] = {
    **{f"hook {name}": _hook(name) for name in HOOKS},
    "core.fsmonitor": _settings(core_fsmonitor="TRAP"),
    "include.path": _included,
    "includeIf": _included_if,
    "core.hooksPath": _hooks_path,
    "filter clean": _settings(attributes=True, filter_evil_clean="TRAP"),
    "filter smudge": _settings(attributes=True, filter_evil_smudge="TRAP"),
    "filter process": _settings(attributes=True, filter_evil_process="TRAP"),
    "diff driver": _settings(attributes=True, diff_evil_command="TRAP"),
    "textconv": _settings(attributes=True, diff_evil_textconv="TRAP"),
    "merge driver": _settings(attributes=True, merge_evil_driver="TRAP"),
    "diff.external": _settings(diff_external="TRAP"),
    "gpg.program": _settings(gpg_program="TRAP", commit_gpgSign="true", log_showSignature="true"),
    "gpg.ssh.program": _settings(gpg_format="ssh", gpg_ssh_program="TRAP", user_signingKey="k", commit_gpgSign="true"),
    "remote upload-pack": _settings(remote_origin_uploadpack="TRAP"),
    "remote receive-pack": _settings(remote_origin_receivepack="TRAP"),
    "core.sshCommand": _settings(core_sshCommand="TRAP", remote_far_url="ssh://localhost/x"),
    "core.gitProxy": _settings(core_gitProxy="TRAP", remote_near_url="git://localhost/x"),
    "credential.helper": _settings(credential_helper="!TRAP"),
    "core.askPass": _settings(core_askPass="TRAP"),
    "alias": _settings(alias_evil="!TRAP", alias_upload__pack="!TRAP"),
    "pager": _settings(core_pager="TRAP", pager_log="TRAP"),
    "editor": _settings(core_editor="TRAP"),
    "sequence.editor": _settings(sequence_editor="TRAP"),
    "interactive.diffFilter": _settings(interactive_diffFilter="TRAP", color_ui="always"),
    "trailer command": _settings(trailer_evil_key="Evil", trailer_evil_command="TRAP"),
    "uploadpack.packObjectsHook": _settings(uploadpack_packObjectsHook="TRAP"),
    "url.insteadOf ext": _settings(**{"protocol_ext_allow": "always", "url_ext::TRAP _insteadOf": "/"}),
    "protocol.ext": _settings(protocol_ext_allow="always", remote_odd_url="ext::TRAP x"),
    "protocol.file": _settings(protocol_file_allow="always", core_fsmonitor="TRAP"),
    "remote.vcs": _settings(remote_origin_vcs="evil"),
    "difftool": _settings(difftool_evil_cmd="TRAP", diff_tool="evil"),
    "mergetool": _settings(mergetool_evil_cmd="TRAP", merge_tool="evil"),
    "archive command": _settings(tar_evil_command="TRAP"),
    "submodule update": _submodule("./peer", "!TRAP"),
    "submodule url option": _submodule("--upload-pack=TRAP", "checkout"),
    "submodule url ext": _submodule("ext::TRAP x", "checkout"),
    "nested repository": _nested,
    "worktree config": _worktree_config,
    "symlinked .git": _symlinked,
    "gitfile": _gitfile,
    "commondir": _commondir,
    "bare inside": _bare_inside,
    "alternates": _alternates,
    "promisor remote": _promisor,
    ".lfsconfig": _lfs,
    "init.templateDir": _template_folder,
}
"""Vector -> how it is planted."""
ALONE = frozenset({"symlinked .git", "gitfile", "commondir", "alternates", "promisor remote", "nested repository",
                   "submodule update", "submodule url option", "submodule url ext"})  # fmt: skip
"""What cannot share a repository with other plants: it moves the git directory, or makes commits."""
