"""The page's states as components use them: each attribute is a Var there, which types cannot tell."""

from typing import Any

from madoguchi.state.signed_in import SignedIn
from madoguchi.state.slots import SlotsState
from madoguchi.state.slots_asking import SlotsAsking
from madoguchi.state.slots_preview import SlotsPreview
from madoguchi.state.slots_rules import SlotRules
from madoguchi.state.slots_trial import SlotsTrial

SLOTS: Any = SlotsState
PREVIEW: Any = SlotsPreview
TRIAL: Any = SlotsTrial
RULES: Any = SlotRules
ASKING: Any = SlotsAsking
WHO: Any = SignedIn
