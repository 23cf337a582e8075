"""The verifier: opens a pack, runs the steps, says what holds. Needs no database, no web framework and no clock."""

from lotproof.packs.verify.keyfile import read_keys
from lotproof.packs.verify.report import Problem, Report, Step
from lotproof.packs.verify.run import verify_pack

__all__ = ["Problem", "Report", "Step", "read_keys", "verify_pack"]
