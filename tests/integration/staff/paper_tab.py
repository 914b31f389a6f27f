"""A tab of `/staff/settings` at the ticket's paper, worked by somebody signed in."""

from __future__ import annotations

from typing import Any

import pytest
from settings_tab import SettingsTab

from madoguchi.services.actors import Actor
from madoguchi.state.settings_paper import SettingsPaper


class PaperTab(SettingsTab):
    """One tab, whose desk is open."""

    def __init__(self, patch: pytest.MonkeyPatch, who: Actor) -> None:
        super().__init__(patch, who)
        self.paper: Any = self.root.get_substate(SettingsPaper.get_full_name().split("."))
        self.does(self.paper.opened())

    def form(self, **changed: str) -> dict[str, str]:
        """What the browser sends of the form of texts."""
        return {**self.paper.values, **changed}

    def preview(self) -> list[str]:
        """The desk's own words at the foot of the previewed ticket."""
        return [one.text for said in self.paper.sketch.closing for one in said]
