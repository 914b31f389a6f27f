"""Findings of a check, and the error body that LINE would answer for them."""

from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """One thing wrong, and where: ``("messages", 0, "text")``."""

    path: Path
    message: str

    @property
    def flex_message(self) -> int | None:
        """The number of the Flex message whose contents hold this finding, if one does."""
        head = self.path[:3]
        if len(head) == 3 and head[0] == "messages" and head[2] == "contents":
            return int(head[1])
        return None


class Report:
    """Collects findings; empty means accepted."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def add(self, path: Path, message: str) -> None:
        """Note one fault at ``path``."""
        self.findings.append(Finding(path, message))

    def body(self) -> tuple[str, list[dict[str, str]]]:
        """LINE's ``message`` and ``details``; Flex contents are told by JSON pointer, the rest dotted."""
        for finding in self.findings:
            number = finding.flex_message
            if number is not None:
                return f"A message (messages[{number}]) in the request body is invalid", [
                    {"message": each.message, "property": pointer(each.path[3:])}
                    for each in self.findings
                    if each.flex_message == number
                ]
        details = [{"message": each.message, "property": dotted(each.path)} for each in self.findings]
        return f"The request body has {len(details)} error(s)", details


def dotted(path: Iterable[str | int]) -> str:
    """``("messages", 0, "text")`` as ``messages[0].text``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def pointer(path: Iterable[str | int]) -> str:
    """``("body", "contents", 0)`` as ``/body/contents/0``."""
    return "".join(f"/{part}" for part in path) or "/"
