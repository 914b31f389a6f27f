"""What each command of ``python -m madoguchi`` does."""
