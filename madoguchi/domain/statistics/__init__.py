"""Statistics: what came of visits, in figures. Every definition stands in `docs/statistics.md`."""
