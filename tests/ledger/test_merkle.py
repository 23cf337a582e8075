"""The Merkle tree against RFC 6962, the vectors of transparency-dev/merkle, and a naive tree."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_shared import EVIDENCE

from lotproof.ledger import merkle

VECTORS = EVIDENCE / "rfc6962-merkle/testdata"
needs_vectors = pytest.mark.skipif(not VECTORS.exists(), reason="shared vectors are absent")

LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
"""The leaf inputs that Certificate Transparency's implementations test with."""

ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""Roots over the first n of them, as published with certificate-transparency-go."""


def hashes(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def raw(value: str | None) -> bytes:
    return base64.b64decode(value or "")


@pytest.mark.parametrize(("count", "expected"), ROOTS.items())
def test_published_roots_are_reproduced(count, expected):
    assert merkle.root(merkle.leaf_hash(data) for data in LEAVES[:count]).hex() == expected


@needs_vectors
def test_every_inclusion_vector_is_judged_as_it_says():
    paths = sorted((VECTORS / "inclusion").rglob("*.json"))
    for path in paths:
        case = json.loads(path.read_text())
        proof = [raw(item) for item in case["proof"] or []]
        found = merkle.verify_inclusion(raw(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, raw(case["root"]))
        assert found is not case["wantErr"], path
    assert len(paths) == 98


@needs_vectors
def test_every_consistency_vector_is_judged_as_it_says():
    paths = sorted((VECTORS / "consistency").rglob("*.json"))
    for path in paths:
        case = json.loads(path.read_text())
        proof = [raw(item) for item in case["proof"] or []]
        found = merkle.verify_consistency(case["size1"], case["size2"], proof, raw(case["root1"]), raw(case["root2"]))
        assert found is not case["wantErr"], path
    assert len(paths) == 98


@pytest.mark.parametrize("size", range(0, 40))
def test_the_growing_tree_has_the_root_of_the_recursive_definition(size):
    assert merkle.root(hashes(size)) == naive_root(hashes(size))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 21])
def test_every_leaf_of_a_tree_is_proved_and_no_other(size):
    leaves = hashes(size)
    root = merkle.root(leaves)
    for index in range(size):
        proof = merkle.inclusion_proof(leaves, index)
        assert merkle.verify_inclusion(leaves[index], index, size, proof, root)
        assert not merkle.verify_inclusion(leaves[index - 1], index, size, proof, root) or size == 1
        assert not merkle.verify_inclusion(leaves[index], index, size, (*proof, root), root)
        assert not merkle.verify_inclusion(leaves[index], index, size, [p[:31] for p in proof] or [b""], root)


@given(st.integers(1, 70), st.data())
def test_every_prefix_of_a_tree_is_proved_consistent(size, data):
    first = data.draw(st.integers(1, size))
    leaves = hashes(size)
    proof = merkle.consistency_proof(leaves, first)
    old, new = merkle.root(leaves[:first]), merkle.root(leaves)
    assert merkle.verify_consistency(first, size, proof, old, new)
    assert not merkle.verify_consistency(first, size, proof, new, old) or first == size
    assert not merkle.verify_consistency(first, size, proof, old, bytes(32))


def test_nothing_is_consistent_with_an_empty_tree():
    assert not merkle.verify_consistency(0, 1, (), merkle.EMPTY_ROOT, hashes(1)[0])
    assert not merkle.verify_consistency(0, 0, (), merkle.EMPTY_ROOT, merkle.EMPTY_ROOT)
    with pytest.raises(ValueError, match="A consistency proof exists for 1 to 3 leaves, not for 0"):
        merkle.consistency_proof(hashes(3), 0)


def test_a_proof_for_a_leaf_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="There is no leaf 3 in a tree of 3; ask for 0 to 2"):
        merkle.inclusion_proof(hashes(3), 3)


@given(st.integers(0, 80), st.integers(0, 80))
def test_a_tree_continues_from_its_frontier(before, after):
    leaves = hashes(before + after)
    tree = merkle.Tree.of(leaves[:before])
    resumed = merkle.Tree(tree.size, tree.frontier)
    for leaf in leaves[before:]:
        resumed.append(leaf)
    assert (resumed.size, resumed.root()) == (before + after, merkle.root(leaves))


def test_a_frontier_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="A tree of 3 leaves has a frontier of 2 hashes of 32 bytes; 1 were given"):
        merkle.Tree(3, hashes(1))
