"""The page's states as components use them: each attribute is a Var there, which types cannot tell."""

from typing import Any

from madoguchi.state.settings_calling import SettingsCalling
from madoguchi.state.settings_paper import SettingsPaper
from madoguchi.state.settings_terminals import SettingsTerminals
from madoguchi.state.settings_voice import SettingsVoice
from madoguchi.state.signed_in import SignedIn

CALLING: Any = SettingsCalling
PAPER: Any = SettingsPaper
TERMINALS: Any = SettingsTerminals
VOICE: Any = SettingsVoice
WHO: Any = SignedIn
