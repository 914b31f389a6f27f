"""Direct and indirect requirements stay apart, and each package stands once."""

from tools import lock

_FILE = f"# why\nreflex[db]==0.10.1\n# why\npython_escpos==3.1\n\n{lock.MARKER}old==1\n"


def test_what_people_write_ends_at_the_marker() -> None:
    assert lock.direct_part(_FILE) == "# why\nreflex[db]==0.10.1\n# why\npython_escpos==3.1\n\n"


def test_names_compare_whatever_their_spelling() -> None:
    assert lock.names(_FILE) == {"reflex", "python-escpos", "old"}


def test_only_what_nobody_asked_for_is_indirect() -> None:
    frozen = "reflex==0.10.1\nPython-Escpos==3.1\nzope.interface==6\nAenum==3\n"
    assert lock.transitive_part(frozen, lock.names(_FILE)) == "Aenum==3\nzope.interface==6\n"


def test_the_repositorys_own_files_pin_every_line() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (lock.ROOT / name).read_text(encoding="utf-8").splitlines()
        packages = [line for line in lines if line and not line.startswith(("#", "-r "))]
        assert packages
        assert all("==" in line for line in packages)
