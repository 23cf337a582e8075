"""Has witnesses cosign the checkpoint of a workspace's log, and holds the site to its policy.

The policy is the file `witness.policy` of the workspace, a C2SP tlog-policy with the addresses of the witnesses. Where it asks
for a quorum, no pack is sealed without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lotproof.ledger import note
from lotproof.ledger.cosignature import CosignerKey, cosignatures
from lotproof.ledger.policy import NO_POLICY, Policy, Witness, parse_policy
from lotproof.ledger.witness.client import WitnessError, cosigned_by
from lotproof.workspace.logbook import keep_checkpoint, kept_checkpoints, log_nodes, take_checkpoint
from lotproof.workspace.place import Workspace, WorkspaceError

POLICY = "witness.policy"
"""File of the workspace that names its witnesses."""


def site_policy(workspace: Workspace) -> Policy:
    """The policy of the site; one that asks for nothing where there is none."""
    path = workspace.root / POLICY
    try:
        return parse_policy(path.read_text(encoding="utf-8")) if path.exists() else NO_POLICY
    except (note.NoteError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path} cannot be used: {error}") from None


def cosign(workspace: Workspace, witnesses: Sequence[Witness]) -> tuple[note.Checkpoint, bytes, list[str]]:
    """Take a checkpoint and have each witness cosign it; give it with what went wrong, a sentence each.

    A cosignature that the checkpoint bears already is not asked for again.
    """
    head, signed = take_checkpoint(workspace)
    nodes, problems = log_nodes(head.size), []
    for witness in witnesses:
        if witness.key in cosignatures(note.parse(signed), [witness.key]).valid:
            continue
        try:
            last = _last_seen(workspace, witness.key, head.size)
            signed = cosigned_by(witness.url, witness.key, signed, nodes.consistency, last)
            keep_checkpoint(workspace, head.size, signed)
        except WitnessError as error:
            problems.append(str(error))
    return head, signed, problems


def _last_seen(workspace: Workspace, key: CosignerKey, size: int) -> int:
    """Size of the largest kept checkpoint that this witness cosigned: what it saw last, unless another copy of the log is in use."""
    kept = kept_checkpoints(workspace)
    seen = (at for at in sorted(kept, reverse=True) if at <= size and key in cosignatures(note.parse(kept[at]), [key]).valid)
    return next(seen, 0)


def witnessed(workspace: Workspace, tell: Callable[[str], None] = lambda _sentence: None) -> tuple[note.Checkpoint, bytes]:
    """Take a checkpoint, cosigned as the site's policy asks; raises WorkspaceError where no quorum could be had."""
    policy = site_policy(workspace)
    asked = [witness for witness in policy.witnesses.values() if witness.url]
    head, signed, problems = cosign(workspace, asked)
    for problem in problems:
        tell(problem)
    if not policy.satisfied(policy.cosigned(note.parse(signed))):
        raise WorkspaceError(
            f"The policy {workspace.root / POLICY} asks for the quorum {policy.quorum}, which did not cosign the checkpoint of "
            f"{head.size} entries: {' '.join(problems) or 'no witness of it has an address.'} Nothing was sealed."
        )
    return head, signed
