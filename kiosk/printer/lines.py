"""The ways to a printer: network, USB, serial, device file, CUPS queue."""

import errno
import os
import select
import shutil
import stat
import subprocess
import time
import tty
from typing import Any

from escpos.printer import Network, Serial, Usb

from kiosk.printer.address import PrinterAddress
from kiosk.printer.talk import Line

CONNECT_TIMEOUT = 2.0
SEND_TIMEOUT = 5.0
_MOST = 64
_BITS_A_BYTE = 10
_USB_PRINTERS = 7
_CUPS = ("lp", "lpstat")


def line_to(address: PrinterAddress) -> Line:
    """The line to ``address``; raises ``ValueError`` when what it needs is not installed."""
    match address.kind:
        case "network":
            return NetworkLine(address.place, address.port)
        case "usb":
            _need(Usb.is_usable(), address, "the Python package pyusb")
            return UsbLine(address.place)
        case "serial":
            _need(Serial.is_usable(), address, "the Python package pyserial")
            return SerialLine(address.place, address.baud)
        case "cups":
            _need(all(map(shutil.which, _CUPS)), address, "Debian's package cups-client")
            return CupsLine(address.place)
        case _:
            return FileLine(address.place)


def _need(there: bool, address: PrinterAddress, what: str) -> None:
    if not there:
        raise ValueError(f"{address.kind}:// needs {what}")


class NetworkLine:
    """Raw TCP, port 9100 as a rule; a connection per job, as printers take one at a time."""

    answers = True

    def __init__(self, host: str, port: int) -> None:
        self._driver: Any = Network(host, port, timeout=CONNECT_TIMEOUT)

    def open(self) -> None:
        """Connect."""
        self._driver.open()

    def send(self, data: bytes) -> None:
        """Send all within :data:`SEND_TIMEOUT`."""
        self._driver.device.settimeout(SEND_TIMEOUT)
        self._driver._raw(data)

    def receive(self, seconds: float) -> bytes:
        """What has come, empty on silence."""
        self._driver.device.settimeout(seconds)
        try:
            return bytes(self._driver._read())
        except TimeoutError:
            return b""

    def close(self, *, broken: bool = False) -> None:  # noqa: ARG002
        """Disconnect."""
        self._driver.close()


class SerialLine:
    """RS-232 or a USB adapter of it."""

    answers = True

    def __init__(self, device: str, baud: int) -> None:
        self._baud = baud
        self._driver: Any = Serial(device, baudrate=baud)

    def open(self) -> None:
        """Open the device."""
        self._driver.open()

    def send(self, data: bytes) -> None:
        """Send all; how long that may take follows from the baud rate."""
        port = self._driver.device
        port.write_timeout = SEND_TIMEOUT + 2 * len(data) * _BITS_A_BYTE / self._baud
        try:
            self._driver._raw(data)
        except OSError:
            # Closing waits for what is left in the buffer: for ever, when the printer takes no more.
            port.reset_output_buffer()
            raise

    def receive(self, seconds: float) -> bytes:
        """What has come, empty on silence."""
        port = self._driver.device
        port.timeout = seconds
        first = bytes(port.read(1))
        return first + bytes(port.read(port.in_waiting)) if first else b""

    def close(self, *, broken: bool = False) -> None:  # noqa: ARG002
        """Close the device."""
        self._driver.close()


class UsbLine:
    """A USB printer by ``vendor:product``. It stays open, as python-escpos resets it at each opening."""

    answers = True

    def __init__(self, place: str) -> None:
        self._ids = [int(part, 16) for part in place.split(":")]
        self._driver: Any = None

    def open(self) -> None:
        """Find and claim the printer unless it is claimed already."""
        if self._driver is None:
            receive_at, send_at = _usb_endpoints(*self._ids)
            timeout = int(SEND_TIMEOUT * 1000)
            driver: Any = Usb(*self._ids, timeout=timeout, in_ep=receive_at, out_ep=send_at)
            driver.open()
            self._driver = driver

    def send(self, data: bytes) -> None:
        """Send all within :data:`SEND_TIMEOUT`."""
        self._driver._raw(data)

    def receive(self, seconds: float) -> bytes:
        """What has come, empty on silence."""
        try:
            return bytes(self._driver.device.read(self._driver.in_ep, _MOST, max(1, int(seconds * 1000))))
        except OSError as error:
            # pyusb's time-out is an OSError of its own kind.
            if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
                return b""
            raise

    def close(self, *, broken: bool = False) -> None:
        """Let it go only when it failed."""
        if broken and self._driver is not None:
            driver, self._driver = self._driver, None
            driver.close()


def _usb_endpoints(vendor: int, product: int) -> tuple[int, int]:
    """Where the printer interface sends and receives; python-escpos's own addresses where not told."""
    import usb.core  # noqa: PLC0415 - installed only where it is needed

    found: dict[int, int] = {}
    try:
        device = usb.core.find(idVendor=vendor, idProduct=product)
    except usb.core.NoBackendError as error:
        raise OSError("libusb-1.0 is not installed") from error
    if device is None:
        raise FileNotFoundError(f"usb {vendor:04x}:{product:04x}")
    for interface in (interface for configuration in device for interface in configuration):
        if interface.bInterfaceClass == _USB_PRINTERS:
            for endpoint in interface:
                found.setdefault(endpoint.bEndpointAddress & 0x80, endpoint.bEndpointAddress)
    return found.get(0x80, 0x82), found.get(0x00, 0x01)


class FileLine:
    """A device such as ``/dev/usb/lp0``, which also answers, or a plain file that keeps the newest job."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file = -1
        self.answers = False

    def open(self) -> None:
        """Open without waiting; a device that is not there is never made up as a file."""
        self._file = self._opened()
        if os.isatty(self._file):
            tty.setraw(self._file)
        self.answers = self._is_device() and os.access(self._path, os.R_OK)

    def send(self, data: bytes) -> None:
        """Write all; raises ``TimeoutError`` when the printer takes nothing for :data:`SEND_TIMEOUT`."""
        if not self._is_device():
            os.ftruncate(self._file, 0)
        rest = memoryview(data)
        end = time.monotonic() + SEND_TIMEOUT
        while rest:
            _, ready, _ = select.select([], [self._file], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise TimeoutError(f"{self._path} takes no more")
            written = os.write(self._file, rest)
            rest = rest[written:]
            end = time.monotonic() + SEND_TIMEOUT if written else end

    def receive(self, seconds: float) -> bytes:
        """What has come, empty on silence."""
        ready, _, _ = select.select([self._file], [], [], seconds)
        return os.read(self._file, _MOST) if ready else b""

    def close(self, *, broken: bool = False) -> None:  # noqa: ARG002
        """Close the file."""
        if self._file >= 0:
            file, self._file = self._file, -1
            os.close(file)

    def _opened(self) -> int:
        flags = os.O_NONBLOCK | os.O_NOCTTY
        if not self._path.startswith("/dev/"):
            flags |= os.O_CREAT
        try:
            return os.open(self._path, os.O_RDWR | flags, 0o600)
        except PermissionError:
            return os.open(self._path, os.O_WRONLY | flags, 0o600)

    def _is_device(self) -> bool:
        return stat.S_ISCHR(os.fstat(self._file).st_mode)


class CupsLine:
    """A raw queue of CUPS. It tells whether the queue is stopped, but nothing of the paper."""

    answers = False

    def __init__(self, queue: str) -> None:
        self._queue = queue

    def open(self) -> None:
        """Raise ``OSError`` for a queue that is missing or stopped."""
        shown = self._run(["lpstat", "-p", self._queue])
        if f"printer {self._queue} disabled" in shown:
            raise OSError(f"the queue {self._queue} is stopped")

    def send(self, data: bytes) -> None:
        """Hand the job to CUPS."""
        self._run(["lp", "-s", "-d", self._queue, "-t", "madoguchi", "-o", "raw", "-"], data)

    def receive(self, seconds: float) -> bytes:  # noqa: ARG002
        """Nothing ever comes back."""
        return b""

    def close(self, *, broken: bool = False) -> None:
        """Nothing is held open."""

    def _run(self, command: list[str], data: bytes = b"") -> str:
        environ = {**os.environ, "LC_ALL": "C"}
        try:
            done = subprocess.run(  # noqa: S603 - the queue's name is a setting, and no shell reads it
                command, input=data, capture_output=True, env=environ, timeout=SEND_TIMEOUT, check=True
            )
        except subprocess.SubprocessError as error:
            raise OSError(f"{command[0]} failed for the queue {self._queue}") from error
        return done.stdout.decode("utf-8", "replace")
