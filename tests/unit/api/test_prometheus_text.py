"""Figures in the Prometheus text format."""

from madoguchi.api.operations import rendered
from madoguchi.services.health import Figure


def test_samples_of_one_name_stand_together_and_labels_are_escaped() -> None:
    figures = [
        Figure("one", "First.", {"desk": 'a"b\\c\nd'}, 1),
        Figure("two", "Second.", {}, 2.5),
        Figure("one", "First.", {"desk": "e"}, 3),
    ]
    assert rendered(figures).splitlines() == [
        "# HELP one First.",
        "# TYPE one gauge",
        'one{desk="a\\"b\\\\c\\nd"} 1',
        'one{desk="e"} 3',
        "# HELP two Second.",
        "# TYPE two gauge",
        "two 2.5",
    ]


def test_large_counts_are_not_rounded() -> None:
    assert rendered([Figure("n", "N.", {}, 1_234_567)]).splitlines()[-1] == "n 1234567"
