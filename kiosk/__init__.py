"""The lobby terminal: issues a paper number, whatever happens to printer or network."""

VERSION = "0.1.0"
