"""The values that go into and come out of a control chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lotproof.stats.problem import MethodProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """The points of a chart in the order of time."""

    values: Floats
    """Counts or measurements, one a point; or points x measurements of a subgroup, NaN where a subgroup is smaller."""
    sizes: Floats | None = None
    """Units looked at, one a point; None where the chart has none."""
    labels: tuple[str, ...] = ()
    """What a person calls each point; empty where nobody named them."""
    parts: tuple[str, ...] = ()
    """Product of each point, for short runs."""
    targets: Floats | None = None
    """Nominal value of each point, for deviations from nominal."""

    def __len__(self) -> int:
        return int(self.values.shape[0])

    def take(self, chosen: NDArray[np.bool_] | slice) -> Series:
        """The chosen points, in their order."""
        at = np.arange(len(self))[chosen]
        return Series(
            self.values[at],
            None if self.sizes is None else self.sizes[at],
            tuple(self.labels[i] for i in at) if self.labels else (),
            tuple(self.parts[i] for i in at) if self.parts else (),
            None if self.targets is None else self.targets[at],
        )


@dataclass(frozen=True)
class Parameters:
    """What limits are made of: estimated in phase I, frozen in phase II."""

    kind: str
    """Kind of chart."""
    center: float
    """Centre line, in the unit of the plotted statistic."""
    sigma: float
    """Standard deviation of one unit (one value, one piece, one unit of area)."""
    sigma_z: float = 1.0
    """Laney's factor; 1 where the chart has none."""
    points: int = 0
    """Points that it was estimated from; 0 where it was stated."""
    estimator: str = ""
    """How sigma was estimated, in words."""
    extra: Mapping[str, float] = field(default_factory=dict)
    """What the kind needs beside: shape and scale, lambda, k, h, one centre a part."""


@dataclass(frozen=True)
class Panel:
    """One drawing: a statistic with its centre and limits, one value a point."""

    name: str
    """What is plotted."""
    statistic: Floats
    """The plotted value."""
    center: Floats
    """Centre line at each point."""
    lower: Floats
    """Lower limit at each point; NaN where there is none."""
    upper: Floats
    """Upper limit at each point; NaN where there is none."""
    z: Floats
    """The statistic in standard deviations from its centre: what the rules are run on."""
    runs: bool = True
    """Whether rules other than the limits have a meaning: not for moving ranges, EWMA and CUSUM, whose points depend on each other."""


@dataclass(frozen=True)
class Chart:
    """A chart of one stage."""

    parameters: Parameters
    """What its limits are made of."""
    panels: tuple[Panel, ...]
    """The main drawing first; then that of the spread, where the kind has one."""
    warnings: tuple[str, ...] = ()
    """What a person should know before believing it."""


def positive_sizes(series: Series, kind: str) -> Floats:
    """The sizes, refused where they are missing or not above nought."""
    if series.sizes is None:
        raise MethodProblem(f"A {kind} chart needs the size of each point (how many were looked at); name its column with --size.")
    bad = np.flatnonzero(~(series.sizes > 0))
    if len(bad):
        raise MethodProblem(f"Point {bad[0] + 1}: a size of {series.sizes[bad[0]]:g} is none to divide by; leave points without units out.")
    return series.sizes


def within(panel_values: Floats, se: Floats, center: Floats, width: float, floor: float, ceiling: float) -> tuple[Floats, Floats, Floats]:
    """Lower and upper limit, clipped after they were computed, and z (0 where there is no spread at all)."""
    lower = np.maximum(center - width * se, floor)
    upper = np.minimum(center + width * se, ceiling)
    z = np.divide(panel_values - center, se, out=np.zeros_like(panel_values), where=se > 0)
    return lower, upper, z
