"""Starting trees for the failure modes of serialization: data files beside this module, each event with the findings that show it.

They state no probabilities: those of a site are to be put in, or bound to its observations.
"""

from __future__ import annotations

from importlib import resources

from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.model import Tree
from lotproof.faulttree.text_read import read_text

SUFFIX = ".tree"
EVIDENCE = ".evidence.toml"
"""Ending of the file beside a tree that binds its events to observations."""


def starting_trees() -> list[str]:
    """Names of the starting trees, in order."""
    folder = resources.files(__package__) / "library"
    return sorted(one.name.removesuffix(SUFFIX) for one in folder.iterdir() if one.name.endswith(SUFFIX))


def starting_text(name: str) -> str:
    """A starting tree in the text form."""
    if name not in starting_trees():
        raise TreeError(f'There is no starting tree "{name}"; there are {", ".join(starting_trees())}.')
    return (resources.files(__package__) / "library" / f"{name}{SUFFIX}").read_text(encoding="utf-8")


def starting_evidence(name: str) -> str:
    """What binds the events of a starting tree to observations, as TOML; see evidence.py."""
    return (resources.files(__package__) / "library" / f"{name}{EVIDENCE}").read_text(encoding="utf-8")


def starting_tree(name: str) -> Tree:
    """A starting tree."""
    return read_text(starting_text(name), name)
