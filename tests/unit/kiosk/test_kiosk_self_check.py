"""The terminal sees that its memory lies where a power cut takes it away."""

from pathlib import Path

import pytest

from kiosk.self_check import file_system_of

MOUNTS = """\
overlayroot / overlay rw,relatime,lowerdir=/media/root-ro,upperdir=/media/root-rw/overlay 0 0
/dev/sda3 /var/lib/madoguchi-terminal ext4 rw,noatime 0 0
tmpfs /run tmpfs rw,nosuid 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/madoguchi-terminal", "ext4"),
        ("/var/lib/madoguchi-terminal/deep/er", "ext4"),
        ("/var/lib/madoguchi-terminals", "overlay"),
        ("/run/kiosk", "tmpfs"),
    ],
)
def test_the_nearest_mount_decides(folder: str, kind: str) -> None:
    assert file_system_of(Path(folder), MOUNTS) == kind


def test_nothing_known_is_nothing_said() -> None:
    assert file_system_of(Path("/var"), "") == ""
