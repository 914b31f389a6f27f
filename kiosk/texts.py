"""Everything the terminal says, in seven languages, from the gettext catalogues beside this file."""

from collections.abc import Mapping
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("ja", "ja-easy", "en", "zh-Hans", "ko", "vi", "pt")
LOCALES = Path(__file__).with_name("locales")


class Texts:
    """The catalogues: a sentence by language and key."""

    def __init__(self, catalogues: Mapping[str, Mapping[str, str]]) -> None:
        self.catalogues = catalogues

    def say(self, language: str, key: str, **values: object) -> str:
        """The sentence ``key`` with its ``{values}`` filled in; raises ``KeyError`` for an unknown one."""
        return self.catalogues[language][key].format(**values)


def load_texts(folder: Path = LOCALES) -> Texts:
    """Read all catalogues."""
    return Texts({language: _read(folder / f"{language}.po") for language in LANGUAGES})


def known_language(language: object) -> str:
    """``language`` when the terminal speaks it, else Japanese."""
    return language if isinstance(language, str) and language in LANGUAGES else "ja"


def _read(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    pairs = ((message.id, message.string) for message in catalogue)
    return {key: text for key, text in pairs if key and isinstance(key, str) and isinstance(text, str)}
