"""What the checks of the stand-in for LINE are asked with."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sandbox.line.checks import messages
from sandbox.line.checks.report import Report

Refusals = Callable[[Mapping[str, Any]], list[str]]


@pytest.fixture
def refused() -> Refusals:
    """Where the check finds faults in one message: ``["messages[0].text"]``, empty when accepted."""

    def ask(message: Mapping[str, Any]) -> list[str]:
        report = Report()
        messages.validate_body({"messages": [message]}, (), report)
        return [each["property"] for each in report.body()[1]]

    return ask
