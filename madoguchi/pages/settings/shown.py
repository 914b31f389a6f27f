"""The page's states as components use them: each attribute is a Var there, which types cannot tell."""

from typing import Any

from madoguchi.state.settings_calling import SettingsCalling
from madoguchi.state.signed_in import SignedIn

CALLING: Any = SettingsCalling
WHO: Any = SignedIn
