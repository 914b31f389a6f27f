"""The page's states as components use them: each attribute is a Var there, which types cannot tell."""

from typing import Any

from madoguchi.state.settings_calling import SettingsCalling
from madoguchi.state.settings_counters import SettingsCounters
from madoguchi.state.settings_leases import SettingsLeases
from madoguchi.state.settings_office import SettingsOffice
from madoguchi.state.settings_paper import SettingsPaper
from madoguchi.state.settings_services import SettingsServices
from madoguchi.state.settings_terminals import SettingsTerminals
from madoguchi.state.settings_voice import SettingsVoice
from madoguchi.state.signed_in import SignedIn

CALLING: Any = SettingsCalling
COUNTERS: Any = SettingsCounters
LEASES: Any = SettingsLeases
OFFICE: Any = SettingsOffice
PAPER: Any = SettingsPaper
SERVICES: Any = SettingsServices
TERMINALS: Any = SettingsTerminals
VOICE: Any = SettingsVoice
WHO: Any = SignedIn
