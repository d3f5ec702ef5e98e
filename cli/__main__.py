"""`python -m cli`: the same as the `pyagent` command."""

from cli.main import main

main()
