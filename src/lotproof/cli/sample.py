"""lotproof sample: plans, selections that can be repeated, verdicts."""

from __future__ import annotations

import click

from lotproof.cli.sample_plan import plan, switch
from lotproof.cli.sample_results import evaluate, shows
from lotproof.cli.sample_select import replay, select


@click.group()
def sample() -> None:
    """How many to look at, which ones, and what the count shows. See docs/sampling.md."""


for command in (plan, select, replay, evaluate, shows, switch):
    sample.add_command(command)
