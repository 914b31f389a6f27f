"""A strict stand-in for the LINE platform, with phones for several citizens."""
