"""The loop, one plain function a file, in order: ingest survey plan propose validate deliver merge learn."""
