"""The page's states as components use them: each attribute is a Var there, which types cannot tell."""

from typing import Any

from madoguchi.state.contact import ContactState
from madoguchi.state.signed_in import SignedIn
from madoguchi.state.today import TodayState

TODAY: Any = TodayState
WHO: Any = SignedIn
CONTACT: Any = ContactState
