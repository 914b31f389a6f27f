"""What the rules refuse. Doors turn a refusal's code into a sentence in the reader's language."""

from __future__ import annotations


class Refusal(Exception):
    """A rule says no.

    `code` names the reason (the catalogues hold a sentence ``refusal.<code>`` for each);
    `facts` are the values that sentence shows. Never holds a name or phone number.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code
