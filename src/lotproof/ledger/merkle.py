"""The Merkle tree of RFC 6962: hashes, root, proofs, and a tree that grows by appending.

Leaf hash = SHA-256(0x00 || data), node hash = SHA-256(0x01 || left || right) (section 2.1). All hashes are 32 raw
bytes. Proofs are tuples of hashes from the leaf upwards (RFC 9162 sections 2.1.3 and 2.1.4 give the checks).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

HASH_SIZE = 32
"""Bytes of one hash."""

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962 section 2.1)."""


def leaf_hash(data: bytes) -> bytes:
    """Hash the bytes of one entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbouring nodes into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Give the root over leaf hashes, in order."""
    return Tree.of(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Prove that leaf `index` (from 0) is in the tree over all of `leaves`; raises ValueError when it is not."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"There is no leaf {index} in a tree of {len(leaves)}; ask for 0 to {len(leaves) - 1}.")
    return _path(index, leaves)


def consistency_proof(leaves: Sequence[bytes], first: int) -> tuple[bytes, ...]:
    """Prove that the tree over the first `first` leaves is a prefix of the tree over all; 0 < first <= size."""
    if not 0 < first <= len(leaves):
        raise ValueError(f"A consistency proof exists for 1 to {len(leaves)} leaves, not for {first}.")
    return _subproof(first, leaves, True)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Say whether `proof` leads from `leaf` at `index` to the root of a tree of `size` leaves (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes((leaf, root_hash, *proof)):
        return False
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and found == root_hash


def verify_consistency(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Say whether `proof` shows that the tree of `first` leaves is a prefix of that of `second` (RFC 9162 2.1.4.2).

    Only defined for 0 < first <= second: nothing is consistent with an empty tree.
    """
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if not _all_hashes((first_root, second_root, *proof)):
        return False
    chain = list(proof)
    if first & (first - 1) == 0:
        chain.insert(0, first_root)
    return bool(chain) and _fold_consistency(first - 1, second - 1, chain) == (first_root, second_root)


def _fold_consistency(position: int, last: int, chain: list[bytes]) -> tuple[bytes, bytes] | None:
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = chain[0]
    for sibling in chain[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return (old, new) if last == 0 else None


def _all_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_SIZE for value in values)


def _split(size: int) -> int:
    """Give the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _path(index: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    if len(leaves) <= 1:
        return ()
    k = _split(len(leaves))
    if index < k:
        return (*_path(index, leaves[:k]), root(leaves[k:]))
    return (*_path(index - k, leaves[k:]), root(leaves[:k]))


def _subproof(first: int, leaves: Sequence[bytes], whole: bool) -> tuple[bytes, ...]:
    if first == len(leaves):
        return () if whole else (root(leaves),)
    k = _split(len(leaves))
    if first <= k:
        return (*_subproof(first, leaves[:k], whole), root(leaves[k:]))
    return (*_subproof(first - k, leaves[k:], False), root(leaves[:k]))


class Tree:
    """A tree that only grows, kept as its frontier: the roots of its full subtrees, largest first.

    Appending costs amortised O(1) hashes and at most log2(size); memory is O(log size).
    """

    def __init__(self, size: int = 0, frontier: Iterable[bytes] = ()) -> None:
        """Continue a tree of `size` leaves from its frontier; raises ValueError when the two do not fit."""
        self._size = size
        self._frontier = list(frontier)
        if size < 0 or len(self._frontier) != size.bit_count() or not _all_hashes(self._frontier):
            raise ValueError(
                f"A tree of {size} leaves has a frontier of {max(size, 0).bit_count()} hashes of {HASH_SIZE} bytes; "
                f"{len(self._frontier)} were given. Rebuild it from the leaves."
            )

    @classmethod
    def of(cls, leaves: Iterable[bytes]) -> Tree:
        """Build a tree from leaf hashes, in order."""
        tree = cls()
        for leaf in leaves:
            tree.append(leaf)
        return tree

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    @property
    def frontier(self) -> tuple[bytes, ...]:
        """The roots of the full subtrees, largest first: one for each bit set in `size`."""
        return tuple(self._frontier)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the end."""
        carry = self._size
        node = leaf
        while carry & 1:
            node = node_hash(self._frontier.pop(), node)
            carry >>= 1
        self._frontier.append(node)
        self._size += 1

    def root(self) -> bytes:
        """Give the root over the leaves so far."""
        if not self._frontier:
            return EMPTY_ROOT
        found = self._frontier[-1]
        for node in reversed(self._frontier[:-1]):
            found = node_hash(node, found)
        return found
