"""Proofs made from tiles alone, against RFC 6962's own example and against the proofs made from all leaves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotproof.ledger import merkle, tiles
from lotproof.ledger.nodes import Nodes, nodes_of


def hashes(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def test_the_example_of_rfc_6962_section_2_1_3_is_reproduced_node_by_node():
    """The tree over d0 to d6, its nodes named as there."""
    a, b, c, d, e, f, j = leaves = hashes(7)
    g, h, i = merkle.node_hash(a, b), merkle.node_hash(c, d), merkle.node_hash(e, f)
    k, el = merkle.node_hash(g, h), merkle.node_hash(i, j)
    nodes = nodes_of(leaves)
    assert nodes.root() == merkle.node_hash(k, el)
    # the RFC calls the sibling of d0 "b", of d3 "c", of d4 "f"; d6 has no sibling of its own level
    assert nodes.inclusion(0) == (b, h, el)
    assert nodes.inclusion(3) == (c, g, el)
    assert nodes.inclusion(4) == (f, j, k)
    assert nodes.inclusion(6) == (i, k)
    assert nodes.consistency(3) == (c, d, g, el)
    assert nodes.consistency(4) == (el,)
    assert nodes.consistency(6) == (i, j, k)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 1400), st.data())
def test_proofs_from_tiles_are_those_from_the_leaves(size, data):
    leaves = hashes(size)
    nodes = nodes_of(leaves)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert nodes.root() == merkle.root(leaves)
    assert nodes.root(first) == merkle.root(leaves[:first])
    assert nodes.inclusion(index) == merkle.inclusion_proof(leaves, index)
    assert nodes.consistency(first) == merkle.consistency_proof(leaves, first)


def test_a_proof_in_a_large_log_reads_few_tiles():
    leaves = hashes(70_000)
    kept: dict[str, bytes] = {}
    builder = tiles.TileBuilder()
    for leaf in leaves:
        kept.update(builder.add(leaf))
    kept.update(builder.finish())
    asked: list[str] = []

    def read(path: str) -> bytes:
        asked.append(path)
        return kept[path]

    nodes = Nodes(len(leaves), read)
    assert merkle.verify_inclusion(leaves[12_345], 12_345, len(leaves), nodes.inclusion(12_345), builder.tree.root())
    assert len(asked) <= 6 < len(kept)


def test_what_a_log_has_not_is_refused_with_a_sentence():
    nodes = nodes_of(hashes(5))
    with pytest.raises(ValueError, match=r"The log has 5 entries, so there is no entry 5; ask for 0 to 4\."):
        nodes.inclusion(5)
    for first in (0, 6):
        with pytest.raises(ValueError, match=f"A consistency proof exists for 1 to 5 entries, not for {first}."):
            nodes.consistency(first)


def test_a_tile_of_another_width_is_refused():
    with pytest.raises(tiles.TileError, match=r"tile/0/000\.p/5 holds 4 hashes; a log of 5 has 5 there\."):
        Nodes(5, lambda path: bytes(32 * 4)).root()


def test_changed_tiles_make_no_proof_that_holds():
    leaves = hashes(300)
    forged = [*leaves[:10], merkle.leaf_hash(b"other"), *leaves[11:]]
    proof = nodes_of(forged).consistency(200)
    assert not merkle.verify_consistency(200, 300, proof, merkle.root(leaves[:200]), merkle.root(leaves))
