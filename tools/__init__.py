"""Set-up, build, start and test. Standard library only: it runs before anything is installed."""
