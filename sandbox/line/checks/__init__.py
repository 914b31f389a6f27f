"""What LINE accepts: every documented limit and shape, by the counting that LINE uses."""
