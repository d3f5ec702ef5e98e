"""The merge train: board decides (pure), departures acts."""
