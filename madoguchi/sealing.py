"""Files that only the holder of a key can read, and that show when a single bit of them was changed.

AES-256-GCM over pieces of 64 KiB of compressed content, each numbered and the last one marked, so that none
can be left out, moved or cut off; the key comes from the secret by scrypt with the file's own salt.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC: Final = b"madoguchi backup 1\n"
_SALT: Final = 16
_PREFIX: Final = 7
_PIECE: Final = 64 * 1024
_TAG: Final = 16
_COST: Final = 2**15


class SealBrokenError(ValueError):
    """The file was made with another key, was changed, or is not whole."""


def seal(file: IO[bytes], secret: str, content: Iterable[bytes]) -> None:
    """Write the content, sealed."""
    salt, prefix = os.urandom(_SALT), os.urandom(_PREFIX)
    head = MAGIC + salt + prefix
    file.write(head)
    cipher = AESGCM(_key(secret, salt))
    for number, (piece, last) in enumerate(_pieces(_compressed(content))):
        file.write(cipher.encrypt(_nonce(prefix, number, last=last), piece, head))


def unseal(file: IO[bytes], secret: str) -> Iterator[bytes]:
    """The content in lines. Raises `SealBrokenError`, before the piece in question is given out."""
    head = file.read(len(MAGIC) + _SALT + _PREFIX)
    if len(head) != len(MAGIC) + _SALT + _PREFIX or not head.startswith(MAGIC):
        raise SealBrokenError
    salt, prefix = head[len(MAGIC) : -_PREFIX], head[-_PREFIX:]
    return _lines(_opened(file, AESGCM(_key(secret, salt)), prefix, head))


def _opened(file: IO[bytes], cipher: AESGCM, prefix: bytes, head: bytes) -> Iterator[bytes]:
    number, piece = 0, file.read(_PIECE + _TAG)
    while True:
        coming = file.read(_PIECE + _TAG)
        try:
            yield cipher.decrypt(_nonce(prefix, number, last=not coming), piece, head)
        except InvalidTag:
            raise SealBrokenError from None
        if not coming:
            return
        number, piece = number + 1, coming


def _lines(compressed: Iterable[bytes]) -> Iterator[bytes]:
    opener, rest = zlib.decompressobj(), b""
    for piece in compressed:
        *whole, rest = (rest + opener.decompress(piece)).split(b"\n")
        yield from whole
    if rest:
        yield rest


def _compressed(content: Iterable[bytes]) -> Iterator[bytes]:
    press = zlib.compressobj()
    for part in content:
        yield press.compress(part)
    yield press.flush()


def _pieces(content: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Pieces of equal length but the last, and whether it is the last."""
    waiting = bytearray()
    for part in content:
        waiting += part
        while len(waiting) > _PIECE:
            yield bytes(waiting[:_PIECE]), False
            del waiting[:_PIECE]
    yield bytes(waiting), True


def _key(secret: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(secret.encode())


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])
