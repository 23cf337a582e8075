"""Every rule, in plain sight. To add one: copy a file, write it, add it here, write its story."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lotproof.rules.agg import agg_01, agg_02, agg_03, agg_04, agg_05, agg_06, agg_07, agg_08, agg_09, agg_10, agg_11, agg_12
from lotproof.rules.dat import dat_01, dat_02, dat_03
from lotproof.rules.idt import idt_01, idt_02, idt_03, idt_04, idt_05, idt_06
from lotproof.rules.int_ import int_01, int_02, int_03
from lotproof.rules.phy import phy_01, phy_02, phy_03, phy_04
from lotproof.rules.qty import qty_01, qty_02, qty_03
from lotproof.rules.rpt import rpt_01, rpt_02, rpt_03
from lotproof.rules.rule import Rule
from lotproof.rules.scn import scn_01, scn_02, scn_03, scn_04
from lotproof.rules.sn import sn_01, sn_02, sn_03, sn_04, sn_05, sn_06, sn_07, sn_08, sn_09, sn_10
from lotproof.rules.tim import tim_01, tim_02, tim_03, tim_04

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.code: rule
        for rule in (
            idt_01.RULE,
            idt_02.RULE,
            idt_03.RULE,
            idt_04.RULE,
            idt_05.RULE,
            idt_06.RULE,
            sn_01.RULE,
            sn_02.RULE,
            sn_03.RULE,
            sn_04.RULE,
            sn_05.RULE,
            sn_06.RULE,
            sn_07.RULE,
            sn_08.RULE,
            sn_09.RULE,
            sn_10.RULE,
            agg_01.RULE,
            agg_02.RULE,
            agg_03.RULE,
            agg_04.RULE,
            agg_05.RULE,
            agg_06.RULE,
            agg_07.RULE,
            agg_08.RULE,
            agg_09.RULE,
            agg_10.RULE,
            agg_11.RULE,
            agg_12.RULE,
            qty_01.RULE,
            qty_02.RULE,
            qty_03.RULE,
            dat_01.RULE,
            dat_02.RULE,
            dat_03.RULE,
            scn_01.RULE,
            scn_02.RULE,
            scn_03.RULE,
            scn_04.RULE,
            tim_01.RULE,
            tim_02.RULE,
            tim_03.RULE,
            tim_04.RULE,
            rpt_01.RULE,
            rpt_02.RULE,
            rpt_03.RULE,
            phy_01.RULE,
            phy_02.RULE,
            phy_03.RULE,
            phy_04.RULE,
            int_01.RULE,
            int_02.RULE,
            int_03.RULE,
        )
    }
)
"""Finding code to its rule."""

RULE_SET = "2026.12"
"""Version of the rule set, written into every run."""
