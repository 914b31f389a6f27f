"""The controls that a message really delivered: only these can be tapped."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ControlPath = tuple[str | int, ...]
Action = Mapping[str, Any]

_KINDS = {
    "postback",
    "message",
    "uri",
    "datetimepicker",
    "clipboard",
    "camera",
    "cameraRoll",
    "location",
    "richmenuswitch",
}


def controls_in(message: Mapping[str, Any]) -> Iterator[tuple[ControlPath, Action]]:
    """Every action object of a message with its path, in reading order."""
    yield from _within(message, ())


def _within(value: object, path: ControlPath) -> Iterator[tuple[ControlPath, Action]]:
    if isinstance(value, dict):
        for name, each in value.items():
            here = (*path, name)
            if name in {"action", "defaultAction"} and _is_action(each):
                yield here, each
            elif name == "actions" and isinstance(each, list):
                yield from (((*here, index), action) for index, action in enumerate(each))
            else:
                yield from _within(each, here)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _within(each, (*path, index))


def _is_action(value: object) -> bool:
    return isinstance(value, dict) and value.get("type") in _KINDS


def control_at(message: Mapping[str, Any], path: Sequence[str | int]) -> Action | None:
    """The action at exactly ``path``, or None when the message delivered none there."""
    wanted = tuple(path)
    return next((action for where, action in controls_in(message) if where == wanted), None)


def is_quick_reply(path: Sequence[str | int]) -> bool:
    """Whether ``path`` lies in the quick reply row."""
    return bool(path) and path[0] == "quickReply"
