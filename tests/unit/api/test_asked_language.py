"""Which of our languages a browser asks for."""

import pytest

from madoguchi.web import asked_language, one_of_ours


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", None),
        ("ja", "ja"),
        ("ja-JP,en;q=0.5", "ja"),
        ("ja-easy", "ja-easy"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("pt-BR", "pt"),
        ("fr-FR, de;q=0.9, ko;q=0.8", "ko"),
        ("fr-FR", None),
        (";;;,,,", None),
        ("x" * 5_000, None),
    ],
)
def test_asked_language(header: str, language: str | None) -> None:
    assert asked_language(header) == language


@pytest.mark.parametrize(("given", "language"), [("vi", "vi"), ("vi-VN", None), (None, None), (["ja"], None)])
def test_only_exactly_ours(given: object, language: str | None) -> None:
    assert one_of_ours(given) == language
