"""The few things that come from Debian or Ubuntu itself."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from tools import children
from tools.talk import Stop, step

TICKET_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
CHROMIUM_VARIABLE = "MADOGUCHI_TEST_CHROMIUM"
DEPLOY_VARIABLE = "MADOGUCHI_TEST_DEPLOY"
DEPLOY_PROGRAMS = {
    "systemd-analyze": "systemd",
    "sshd": "openssh-server",
    "nft": "nftables",
    "fail2ban-regex": "fail2ban",
    "caddy": "caddy",
    "nginx": "nginx-light",
}
"""What reads the files of `deploy/server/`, and the packages they are in. Some start services when installed:
they are asked for on machines that only test."""
_SBIN = "/usr/sbin:/sbin"
_OS_RELEASE = Path("/etc/os-release")
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def may_install() -> bool:
    """Say whether this user may install Debian packages as it is."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(why: str, packages: Sequence[str]) -> None:
    """Install Debian packages, or raise `Stop` with the command that a person can run."""
    names = " ".join(packages)
    if not may_install():
        raise Stop(f"{why}: please run  sudo apt-get install {names}")
    step(f"Installing {names} from Debian")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    children.run("apt-update", ["apt-get", "update"], environ)
    children.run("apt-install", ["apt-get", "install", "-y", "--no-install-recommends", *packages], environ)


def ensure_ticket_font() -> None:
    """Make sure the terminal can draw Japanese, Chinese and Korean on a ticket."""
    if not Path(os.environ.get("KIOSK_FONT") or TICKET_FONT).exists():
        install("The ticket printer needs a CJK font", ["fonts-noto-cjk"])


def deploy_program(name: str) -> str | None:
    """Find a program that `deploy/server/` is for, also where only root looks."""
    return shutil.which(name) or shutil.which(name, path=_SBIN)


def ensure_deploy_programs() -> None:
    """Make sure that every file of `deploy/server/` can be read by the program it is for."""
    missing = {package for name, package in DEPLOY_PROGRAMS.items() if not deploy_program(name)}
    if missing:
        install("The files of deploy/server/ are checked by their own programs", sorted(missing))


def chromium() -> Path | None:
    """Find the browser that was named, or an installed Chromium."""
    named = os.environ.get(CHROMIUM_VARIABLE)
    if named and not os.access(named, os.X_OK):
        raise Stop(f"{CHROMIUM_VARIABLE}: {named} is no program")
    found = named or next((path for name in _CHROMIUM_NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


def ensure_chromium() -> Path:
    """Make sure the end-to-end tests have a browser; its path."""
    if chromium() is None:
        if is_ubuntu(_OS_RELEASE):
            # Ubuntu's package of that name only points to the snap, which no container can install.
            raise Stop(
                "The end-to-end tests need Chromium: please run  sudo snap install chromium  "
                f"(or set {CHROMIUM_VARIABLE} to the path of a Chrome)"
            )
        install("The end-to-end tests need Chromium", ["chromium"])
    found = chromium()
    if found is None:
        raise Stop("The end-to-end tests need Chromium: no program of that name is on the PATH")
    return found


def is_ubuntu(os_release: Path) -> bool:
    """Say whether os-release(5) calls this system Ubuntu itself."""
    try:
        return "ID=ubuntu" in os_release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
