"""Blobs by content: their names, and storing many of them in one process."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator

from repodoc_hooks.git.process import Git

_BATCH_BYTES = 8 << 20


def blob_oid(git: Git, data: bytes) -> str:
    """The name that a blob with this content has."""
    return hashlib.new(git.object_format, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def write_blobs(git: Git, blobs: Collection[bytes]) -> list[str]:
    """Store blobs as they are, without filters; their names in the order given.

    They travel as packs (gitformat-pack(5)), one process for each: header, then per object type and size in 7-bit
    groups and the deflated content, then a checksum.
    """
    for batch in _batches(blobs):
        pack = b"PACK" + struct.pack(">LL", 2, len(batch)) + b"".join(map(_packed, batch))
        checksum = hashlib.new(git.object_format, pack, usedforsecurity=False).digest()
        git.run("unpack-objects", "-q", input=pack + checksum)
    return [blob_oid(git, data) for data in blobs]


def _batches(blobs: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Blobs in their order, few enough at once to be held in memory a second time."""
    batch: list[bytes] = []
    size = 0
    for data in blobs:
        batch.append(data)
        size += len(data)
        if size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _packed(data: bytes) -> bytes:
    size = len(data)
    byte, size = 3 << 4 | size & 15, size >> 4  # 3: blob
    head = bytearray()
    while size:
        head.append(byte | 128)
        byte, size = size & 127, size >> 7
    head.append(byte)
    return bytes(head) + zlib.compress(data, 1)
