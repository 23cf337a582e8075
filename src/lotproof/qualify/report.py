"""The report of a qualification for people: HTML without scripts, and plain text."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import Any

from jinja2 import Environment, StrictUndefined

from lotproof.quality.requirements import requirements

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Qualification of Lotproof {{ found.version }}</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1b1b1b; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #bbb; padding: .35rem .5rem; text-align: left; vertical-align: top; }
th { background: #eee; } td.seen { overflow-wrap: anywhere; } .passed { color: #145c2e; }
.failed, .error { color: #9b1c1c; font-weight: bold; }
.sign td { height: 2.6rem; width: 33%; } @media print { body { margin: 0; } tr { break-inside: avoid; } }
</style></head><body>
<h1>Qualification: {{ "passed" if found.passed else "NOT passed" }}</h1>
<p>Lotproof {{ found.version }}, log {{ found.origin }}, begun {{ found.time }} (UTC); database of the OQ: {{ found.database }}.
{% for verdict, count in counts %}{{ count }} {{ verdict }}{{ ", " if not loop.last else "." }}{% endfor %}</p>
{% for part, title in (("IQ", "Installation (IQ)"), ("OQ", "Operation (OQ)")) %}
<h2>{{ title }}</h2>
<table><thead><tr><th>Check</th><th>What</th><th>Expected</th><th>Seen</th><th>Verdict</th><th>Shows</th></tr></thead><tbody>
{% for one in found.results if one.id.startswith(part) %}
<tr><td>{{ one.id }}</td><td>{{ one.what }}</td><td>{{ one.expected }}</td><td class="seen">{{ one.seen }}</td>
<td class="{{ one.verdict }}">{{ one.verdict }}</td><td>{{ one.shows | join(", ") }}</td></tr>
{% endfor %}</tbody></table>{% endfor %}
<h2>Requirements</h2>
<table><thead><tr><th>Requirement</th><th>Source</th><th>What it asks for</th><th>Checks</th></tr></thead><tbody>
{% for one, checks in asked %}<tr><td>{{ one.id }}</td><td>{{ one.source }}</td><td>{{ one.text }}</td><td>{{ checks }}</td></tr>
{% endfor %}</tbody></table>
<h2>What remains with the site</h2>
<ul>{% for one in sites %}<li>{{ one.source }}: {{ one.site }}</li>{% endfor %}</ul>
<h2>Performed and reviewed</h2>
<table class="sign"><thead><tr><th>Name</th><th>Date</th><th>Signature</th></tr></thead>
<tbody><tr><td></td><td></td><td></td></tr><tr><td></td><td></td><td></td></tr></tbody></table>
</body></html>
"""


def html_of(found: dict[str, Any]) -> str:
    """The page of a qualification's document."""
    page = Environment(autoescape=True, undefined=StrictUndefined).from_string(_PAGE)
    asked = [(one, _checks(found, one.id)) for one in requirements().values() if one.how != "site" or _checks(found, one.id)]
    sites = [one for one in requirements().values() if one.site]
    return page.render(found=found, counts=sorted(_counts(found).items()), asked=asked, sites=sites)


def text_of(found: dict[str, Any]) -> str:
    """The same for a terminal or a printer, without the requirements' texts."""
    lines = [
        f"Qualification of Lotproof {found['version']}: {'passed' if found['passed'] else 'NOT passed'}",
        f"Log {found['origin']}, begun {found['time']} (UTC); database of the OQ: {found['database']}",
        ", ".join(f"{count} {verdict}" for verdict, count in sorted(_counts(found).items())),
    ]
    for one in found["results"]:
        lines += ["", f"{one['id']} {one['verdict'].upper()}: {one['what']}"]
        told = (f"expected: {one['expected']}", f"seen: {one['seen']}", f"shows: {', '.join(one['shows'])}")
        lines += [line for text in told for line in textwrap.wrap(text, 110, initial_indent="    ", subsequent_indent="      ")]
    return "\n".join(lines) + "\n"


def _counts(found: dict[str, Any]) -> Counter[str]:
    return Counter(one["verdict"] for one in found["results"])


def _checks(found: dict[str, Any], requirement: str) -> str:
    """The checks that show a requirement, with the verdict of those that did not pass."""
    shown = [one for one in found["results"] if requirement in one["shows"]]
    return ", ".join(one["id"] if one["verdict"] == "passed" else f"{one['id']} ({one['verdict']})" for one in shown)
