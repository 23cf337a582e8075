"""Every check of the OQ, in order."""

from __future__ import annotations

from lotproof.qualify import oq_data, oq_ledger, oq_people
from lotproof.qualify.check import Check
from lotproof.qualify.scratch import Scratch

CHECKS: tuple[Check[Scratch], ...] = (*oq_data.CHECKS, *oq_people.CHECKS, *oq_ledger.CHECKS)
