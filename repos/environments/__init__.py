"""One frozen environment per hash of a target's dependency inputs."""
