"""Every rule, in plain sight. To add one: copy a file, write it, add it here, write its story."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lotproof.rules.agg import agg_01, agg_02, agg_03, agg_06
from lotproof.rules.idt import idt_02, idt_03, idt_04
from lotproof.rules.int_ import int_01
from lotproof.rules.qty import qty_01, qty_02, qty_03
from lotproof.rules.rule import Rule
from lotproof.rules.scn import scn_01, scn_02
from lotproof.rules.sn import sn_01, sn_02, sn_03, sn_06, sn_09, sn_10
from lotproof.rules.tim import tim_04

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.code: rule
        for rule in (
            idt_02.RULE,
            idt_03.RULE,
            idt_04.RULE,
            sn_01.RULE,
            sn_02.RULE,
            sn_03.RULE,
            sn_06.RULE,
            sn_09.RULE,
            sn_10.RULE,
            agg_01.RULE,
            agg_02.RULE,
            agg_03.RULE,
            agg_06.RULE,
            qty_01.RULE,
            qty_02.RULE,
            qty_03.RULE,
            scn_01.RULE,
            scn_02.RULE,
            int_01.RULE,
            tim_04.RULE,
        )
    }
)
"""Finding code to its rule."""

RULE_SET = "2026.11"
"""Version of the rule set, written into every run."""
