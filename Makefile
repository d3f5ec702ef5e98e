# Two words to know: `make run` (the loop on a real project) and `make test`. Both set up everything they need.
SHELL := /bin/sh
REPO ?= sdist:tomlkit==0.15.2
STATE ?= .pyagent
RUNFLAGS ?= --approve-class H,A --train-now --proposals 200
# Processor seconds of a search for tests of one function; 0 keeps the run to minutes.
SEARCH ?= 0
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
IN := $(UV) run --frozen --no-sync
WORKERS ?= 3

.PHONY: run test check fix bench bench-native bench-up oracle quiet resolve-test docs beds drain self envs falsify falsify-benchmark falsify-sandbox falsify-exam falsify-injections falsify-start falsify-tampering falsify-vectors full-disk fuzz kill-matrix kill-test setup up setup-run setup-test rust tools two-hosts ways

run: setup-run          ## the whole loop on REPO, ending with merged changes, a table and a report
	PYAGENT__POLICY__DEFAULT__SEARCH_SECONDS=$(SEARCH) $(IN) pyagent --state $(STATE) run "$(REPO)" $(RUNFLAGS)

up: setup-run           ## both orchestrators over STATE, in the foreground, until Ctrl-C; UPFLAGS="--headless"
	$(IN) pyagent --state $(STATE) up $(UPFLAGS)

test: setup-test        ## the tests with the coverage floor, then cargo test
	$(IN) coverage erase
	$(IN) coverage run -m pytest -n $(WORKERS) --dist worksteal $(TESTFLAGS)
	$(IN) coverage combine --quiet
	$(IN) coverage report
	cargo test --quiet --manifest-path native/Cargo.toml

check: setup-test       ## static gates: lint, format, types, architecture, docs, lock, clippy
	$(UV) lock --check
	$(IN) ruff check .
	$(IN) ruff format --check .
	$(IN) pyright
	$(IN) lint-imports
	$(IN) interrogate --quiet --fail-under 100 --ignore-nested-functions --ignore-private --ignore-semiprivate \
	    --ignore-init-method --ignore-magic pyagent research repos agents stages assets pipelines cli
	$(IN) python -m cli.reference --check docs
	$(IN) python bench/metrics_page.py --check docs/metrics.md
	cargo fmt --all --check --manifest-path native/Cargo.toml
	cargo clippy --quiet --all-targets --manifest-path native/Cargo.toml -- -D warnings

fix: setup-test         ## what a machine can mend
	$(IN) ruff check --fix .
	$(IN) ruff format .
	cargo fmt --all --manifest-path native/Cargo.toml

docs: setup-test        ## regenerate the parts of docs/ that come from the code
	$(IN) python -m cli.reference docs
	$(IN) python bench/metrics_page.py docs/metrics.md

bench: setup-test       ## the figures of docs/figures.md, printed
	$(IN) python bench/figures.py

bench-native: setup-test ## what the Rust core costs: a scan beside ruff, complexipy, radon and lizard, start, threads, an unchanged tree beside ruff, project facts beside vulture
	$(IN) python bench/native/scan.py
	$(IN) python bench/native/start.py
	$(IN) python bench/native/threads.py
	$(IN) python bench/native/rescan.py
	$(IN) python bench/native/project.py

oracle: setup-test      ## every metric beside every peer, on the standard library and five large packages
	$(IN) python bench/oracle.py

beds: setup-run         ## the loop over eight released projects, one line each
	$(IN) python bench/beds.py

envs: setup-run         ## thirty released projects: does a base suite run unaided?
	$(IN) python bench/envs.py

self: setup-run         ## the loop on a clone of this repository, then its own checks there
	$(IN) python bench/self_run.py

falsify: setup-test     ## the gates' own exam, all parts: faults, honest changes, tampering, the sandbox, injections, slow-downs
	$(IN) python bench/falsify/whole.py

falsify-exam: setup-test ## faults and honest changes through the whole ladder; FALSIFY="--minutes 60 --seed 1" passes flags on
	$(IN) python bench/falsify/exam.py $(FALSIFY)

falsify-tampering: setup-test ## hostile changes on five released projects through the whole ladder; TAMPER="--minutes 60" passes flags on
	$(IN) python bench/falsify/tampering/exam.py $(TAMPER)

falsify-sandbox: setup-test ## every attack x every level x root and an ordinary user, as a table; about two minutes
	$(IN) python bench/falsify/sandbox.py

falsify-start: setup-test ## what a start of the sandbox costs beside plain bwrap, setpriv and nothing, as root and an ordinary user; START="--rounds 100"
	$(IN) python bench/falsify/start.py $(START)

falsify-vectors: setup-test ## hostile repositories and trees: what they make git and Python's tools run, through us and through plain tools; GITVECTORS="--sample 10" passes flags on
	$(IN) python bench/falsify/git_vectors.py $(GITVECTORS)
	$(IN) python bench/falsify/python_vectors.py

falsify-benchmark: setup-test ## the benchmark gate's exam: 200 runs of base against base, and slow-downs of 5, 10 and 20 %; SLOWER="--minutes 60" passes flags on
	$(IN) python bench/falsify/benchmark.py $(SLOWER)

falsify-injections: setup-test ## orders through every field a person or document can fill, against an author that obeys them all; INJECTIONS="--sample 90" passes flags on
	$(IN) python bench/falsify/injections/exam.py $(INJECTIONS)

fuzz: setup-run         ## libFuzzer on four targets of the Rust core, FUZZ_SECONDS each (default 1200), two at a time
	@deploy/need.sh c++ g++ "libFuzzer"
	cd native/fuzz && cargo build --quiet --profile fuzz
	$(IN) python bench/native/fuzz.py native/target/$$(rustc --print host-tuple)/fuzz

kill-test: setup-test   ## at least 300 kill -9 at random points and at every named step
	$(IN) python bench/kills.py --kills 300

kill-matrix: setup-test ## flow, worker, dispatcher, Prefect's server, Dagster's processes and PostgreSQL killed under a running `up`, 5 times each; MATRIX="--kills 1" passes flags on
	$(IN) python bench/matrix.py --postgres $(MATRIX)

ways: setup-test        ## the loop started by a sensor, a schedule, the launchpad, a form and the command line: the same facts; then both programs' pages in a browser
	$(IN) python bench/ways.py $(WAYS)

full-disk: setup-test   ## the disk under a running `up` is full for 20 s in the middle of a run (needs root)
	$(IN) python bench/full_disk.py $(FULLDISK)

two-hosts: setup-test   ## two workers on two hosts (namespaces of this machine; needs root), one of which is cut off in the middle of a change
	$(IN) python bench/hosts.py

resolve-test: setup-test ## the newest releases that our metadata allows, installed apart from any lock, and `pyagent up` with them
	$(IN) python bench/resolve.py

drain: setup-test       ## 200 candidates with nothing to do on SQLite with 2 workers, 1,000 on PostgreSQL with 8: every one must end (an hour or two)
	$(IN) python bench/drain.py
	$(IN) python bench/drain.py --postgres

quiet: setup-test       ## does anything that `up` runs call home? In a network whose only way out is read (needs root)
	$(IN) python bench/quiet.py

bench-up: setup-test    ## what both orchestrators cost, idle and at work, on SQLite and on PostgreSQL
	$(IN) python bench/up.py
	$(IN) python bench/up.py --postgres

setup-run: tools rust
	@deploy/need.sh git git "stores"
	@deploy/need.sh bwrap bubblewrap "the sandbox"
	@$(UV) sync --frozen --quiet

setup-test: setup-run
	@deploy/need.sh '/usr/lib/postgresql/*/bin/initdb' postgresql "the ledger's tests on PostgreSQL"
	@deploy/need.sh chromium chromium "the report's page tests"
	@deploy/need.sh systemd-analyze systemd "the check of deploy/systemd"
	@deploy/need.sh valgrind valgrind "counting instructions in the tests and benches"

rust:
	@command -v cargo >/dev/null 2>&1 || { echo "no Rust toolchain: install rustc and cargo >= 1.95 (https://rustup.rs) and run make again" >&2; exit 5; }

tools:
	@command -v uv >/dev/null 2>&1 || [ -x .tools/bin/uv ] || { python3 -m venv .tools && .tools/bin/pip install --quiet uv; }
