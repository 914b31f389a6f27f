"""What is said for a call, word for word: nobody hears a wrong reading before the whole lobby does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.domain.languages import LANGUAGES
from madoguchi.domain.readings import LETTERS, Occasion, announcement, kana_of, kanji_of, sentence

ONES = ["", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう"]


@pytest.mark.parametrize(
    ("number", "kana"),
    [
        (1, "いち"),
        (4, "よん"),
        (7, "なな"),
        (9, "きゅう"),
        (10, "じゅう"),
        (12, "じゅうに"),
        (14, "じゅうよん"),
        (17, "じゅうなな"),
        (19, "じゅうきゅう"),
        (20, "にじゅう"),
        (40, "よんじゅう"),
        (70, "ななじゅう"),
        (99, "きゅうじゅうきゅう"),
        (100, "ひゃく"),
        (200, "にひゃく"),
        (300, "さんびゃく"),
        (400, "よんひゃく"),
        (500, "ごひゃく"),
        (600, "ろっぴゃく"),
        (700, "ななひゃく"),
        (800, "はっぴゃく"),
        (900, "きゅうひゃく"),
        (123, "ひゃくにじゅうさん"),
        (111, "ひゃくじゅういち"),
        (303, "さんびゃくさん"),
        (999, "きゅうひゃくきゅうじゅうきゅう"),
        (1000, "せん"),
        (1001, "せんいち"),
        (1100, "せんひゃく"),
        (2000, "にせん"),
        (3000, "さんぜん"),
        (4000, "よんせん"),
        (5000, "ごせん"),
        (6000, "ろくせん"),
        (7000, "ななせん"),
        (8000, "はっせん"),
        (8888, "はっせんはっぴゃくはちじゅうはち"),
        (9000, "きゅうせん"),
        (0, "ゼロ"),
        (10203, "いちゼロにゼロさん"),
    ],
)
def test_a_number_is_read_as_people_count(number: int, kana: str) -> None:
    assert kana_of(number) == kana


@pytest.mark.parametrize(
    ("number", "kanji"),
    [(1, "一"), (10, "十"), (111, "百十一"), (1000, "千"), (345, "三百四十五"), (0, "0")],
)
def test_a_voice_is_given_the_number_in_kanji(number: int, kanji: str) -> None:
    assert kanji_of(number) == kanji


@given(st.integers(1, 9_999))
def test_every_number_has_a_reading_of_its_own(number: int) -> None:
    kana = kana_of(number)
    assert kana.endswith(ONES[number % 10])
    assert kana != kana_of(number % 9_999 + 1)
    values = {"千": 1000, "百": 100, "十": 10}
    total = figure = 0
    for sign in kanji_of(number):
        if sign in values:
            total, figure = total + max(figure, 1) * values[sign], 0
        else:
            figure = "零一二三四五六七八九".index(sign)
    assert total + figure == number


SPELLED = [
    "エー",
    "ビー",
    "シー",
    "ディー",
    "イー",
    "エフ",
    "ジー",
    "エイチ",
    "アイ",
    "ジェイ",
    "ケー",
    "エル",
    "エム",
    "エヌ",
    "オー",
    "ピー",
    "キュー",
    "アール",
    "エス",
    "ティー",
    "ユー",
    "ブイ",
    "ダブリュー",
    "エックス",
    "ワイ",
    "ゼット",
]


@pytest.mark.parametrize(("letter", "kana"), list(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", SPELLED, strict=True)))
def test_every_letter_is_spelled_so_that_it_is_understood(letter: str, kana: str) -> None:
    assert LETTERS[letter] == kana
    assert len(set(LETTERS.values())) == 26
    found = sentence(letter, 5, "1", "ja")
    assert found.kana == f"{kana}、ごばんのかた、いちばんまどぐちへおこしください。"


def test_a_call_in_japanese() -> None:
    (found,) = announcement("A", 123, "3", "ja")
    assert found.text == "エー、123番の方、3番窓口へお越しください。"
    assert found.spoken == "エー、百二十三番のかた、三番窓口へお越しください。"
    assert found.kana == "エー、ひゃくにじゅうさんばんのかた、さんばんまどぐちへおこしください。"


def test_zeros_before_a_number_are_not_read() -> None:
    assert (sentence("A", 12, "3", "ja").kana or "").startswith("エー、じゅうにばんのかた")
    assert sentence("A", 12, "3", "en").text == "Number A 1 2, please come to counter 3."


@pytest.mark.parametrize(
    ("counter", "text", "kana"),
    [
        ("3", "3番窓口", "さんばんまどぐち"),
        ("4", "4番窓口", "よんばんまどぐち"),
        ("7", "7番窓口", "ななばんまどぐち"),
        ("9", "9番窓口", "きゅうばんまどぐち"),
        ("12", "12番窓口", "じゅうにばんまどぐち"),
        ("03", "3番窓口", "さんばんまどぐち"),
        ("3A", "3エー番窓口", "さんエーばんまどぐち"),
        ("B2", "ビー2番窓口", "ビーにばんまどぐち"),
        ("c", "シー番窓口", "シーばんまどぐち"),
        ("相談室", "相談室", "そうだんしつ"),
        ("総合案内", "総合案内", "そうごうあんない"),
        ("赤", "赤の窓口", "あかのまどぐち"),
        ("緑", "緑の窓口", "みどりのまどぐち"),
        ("証明", "証明の窓口", "しょうめいのまどぐち"),
        ("特設会場", "特設会場の窓口", "特設会場のまどぐち"),
    ],
)
def test_a_counter_is_named_as_it_is_labelled(counter: str, text: str, kana: str) -> None:
    found = sentence("A", 1, counter, "ja")
    assert found.text == f"エー、1番の方、{text}へお越しください。"
    assert found.kana == f"エー、いちばんのかた、{kana}へおこしください。"


def test_a_second_call_and_one_after_a_hand_over_say_so() -> None:
    again = sentence("B", 45, "2", "ja", Occasion.AGAIN)
    assert again.text == "もう一度お呼びします。ビー、45番の方、2番窓口へお越しください。"
    assert again.kana == (
        "もういちどおよびします。ビー、よんじゅうごばんのかた、にばんまどぐちへおこしください。"
    )
    following = sentence("B", 45, "2", "ja", Occasion.NEXT)
    assert following.text == "ビー、45番の方、つづいて、2番窓口へお越しください。"


SENTENCES = {
    "ja-easy": (
        "エー、123番の 人、3番窓口に 来て ください。",
        "もう一度 呼びます。エー、123番の 人、3番窓口に 来て ください。",
        "エー、123番の 人、つぎに、3番窓口に 来て ください。",
    ),
    "en": (
        "Number A 1 2 3, please come to counter 3.",
        "Calling again. Number A 1 2 3, please come to counter 3.",
        "Number A 1 2 3, please go on to counter 3.",
    ),
    "zh-Hans": (
        "请 A 123 号到 3 号窗口。",
        "再次呼叫，请 A 123 号到 3 号窗口。",
        "请 A 123 号接着到 3 号窗口。",
    ),
    "ko": (
        "A 123번 고객님, 3번 창구로 와 주십시오.",
        "다시 부르겠습니다. A 123번 고객님, 3번 창구로 와 주십시오.",
        "A 123번 고객님, 이어서 3번 창구로 가 주십시오.",
    ),
    "vi": (
        "Mời số A 1 2 3 đến quầy số 3.",
        "Xin gọi lại. Mời số A 1 2 3 đến quầy số 3.",
        "Mời số A 1 2 3 đến tiếp quầy số 3.",
    ),
    "pt": (
        "Senha A 1 2 3, dirija-se ao guichê 3.",
        "Chamando novamente. Senha A 1 2 3, dirija-se ao guichê 3.",
        "Senha A 1 2 3, siga agora para o guichê 3.",
    ),
}


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "ja"])
def test_a_call_in_other_languages(language: str) -> None:
    found = tuple(sentence("A", 123, "3", language, occasion).text for occasion in Occasion)
    assert found == SENTENCES[language]


def test_japanese_comes_first_then_the_tickets_own_language() -> None:
    assert [one.language for one in announcement("A", 1, "1", "ja")] == ["ja"]
    assert [one.language for one in announcement("A", 1, "1", "vi")] == ["ja", "vi"]
    assert [one.language for one in announcement("A", 1, "1", "ja-easy")] == ["ja", "ja-easy"]
    assert [one.language for one in announcement("A", 1, "1", "tlh")] == ["ja"]


def test_a_voice_does_not_take_the_letter_for_a_word() -> None:
    assert sentence("A", 123, "3", "en").spoken == "Number A, 1 2 3, please come to counter 3."
    assert sentence("E", 7, "3A", "pt").spoken == "Senha E, 7, dirija-se ao guichê 3A."


@given(
    st.sampled_from(LANGUAGES),
    st.text(max_size=8),
    st.sampled_from(list(Occasion)),
    st.sampled_from(["", "A", "z", "あ"]),
    st.integers(0, 99_999),
)
def test_no_label_of_a_counter_breaks_a_sentence(
    language: str, counter: str, occasion: Occasion, letter: str, number: int
) -> None:
    found = sentence(letter, number, counter, language, occasion)
    assert found.text
    assert found.spoken
    assert (found.kana is not None) == (language in {"ja", "ja-easy"})
