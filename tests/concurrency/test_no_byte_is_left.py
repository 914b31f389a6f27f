"""Names and numbers that came through the real doors leave no byte in any file once they are masked.

`python -m bench.bytes` does the same with ten thousand of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import bytes as search
from bench.own_postgres import programs
from bench.planted import found_in

pytestmark = pytest.mark.concurrency

NAMES = 30


@pytest.mark.parametrize("on_postgresql", [False, True], ids=["sqlite", "postgresql"])
def test_after_months_no_file_holds_a_name_or_number(tmp_path: Path, on_postgresql: bool) -> None:
    if on_postgresql and programs() is None:
        pytest.skip("the programs of a PostgreSQL server are not installed")
    outcome = search.run(tmp_path, NAMES, on_postgresql=on_postgresql)
    assert outcome.planted >= NAMES * 0.8
    # Who cannot find them before would not find them afterwards.
    assert outcome.before.total() > outcome.planted
    assert outcome.said.startswith(f"masked={outcome.planted} from=")
    assert "left" not in outcome.said
    assert dict(outcome.after) == {}


@pytest.mark.parametrize(
    "written",
    [
        "ヌメヨホイ アグラ".encode(),
        "ぬめよほい".encode("cp932"),
        "ﾇﾒﾖﾎ".encode("euc_jp"),
        "ヌメヨホイ".encode("utf-16-le"),
        rb'{"text": "\u30cc\u30e1\u30e8\u30db"}',
        b"name=%e3%83%8c%e3%83%a1%e3%83%a8%e3%83%9b",
        b"5YWI55Sf44OM44Oh44Oo44Ob",
        b"+819073912201",
        b"090-7391-2201",
        "０９０７３９１２２０１".encode("cp932"),
        "09073912201".encode("utf-16-be"),
    ],
)
def test_the_search_finds_a_name_or_number_in_whatever_form(written: bytes) -> None:
    assert found_in(b"\0\xffabc" + written + b"xyz")


def test_what_masking_leaves_is_not_taken_for_a_name_or_number() -> None:
    assert found_in("＊メ＊ホイ +8190739122** 090-7391-22**".encode()) == {}
