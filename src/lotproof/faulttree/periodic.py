"""Periodic tests (Open-PSA MEF 2.0d, III.3): a failure that stays hidden until the next test finds it.

Worked out as a Markov chain of three states (works, failed and hidden, in repair), stepped from test to test.
"""

from __future__ import annotations

import math

from lotproof.faulttree.errors import TreeError

LONGEST = 1_000_000
"""Tests in one mission beyond which the request is a mistake of units."""


def periodic_test(*args: float) -> float:
    """Unavailability at a time, with 4 arguments (rate, interval, first test, time), 5 (repair rate after rate) or 11.

    The 11: rate, rate during the test, repair rate, interval, first test, failure due to the test, duration of the test,
    available during the test (0 or 1), probability that the test finds a failure, probability that the repair leaves it bad, time.
    """
    if any(arg < 0 or not math.isfinite(arg) for arg in args):
        raise TreeError(f"periodic-test({', '.join(f'{arg:g}' for arg in args)}): every argument must be 0 or more.")
    if len(args) == 4:
        return _instant_repair(*args)
    if len(args) == 5:
        rate, repair, interval, first, time = args
        return _stepped(rate, rate, repair, interval, first, 0.0, 0.0, 1.0, 1.0, 0.0, time)
    return _stepped(*args)


def _instant_repair(rate: float, interval: float, first: float, time: float) -> float:
    if interval <= 0:
        raise TreeError("periodic-test: the interval between tests must be above 0.")
    # At the moment of a test the value is that just before it, the worst.
    since = time if time <= first else (time - first) % interval or interval
    return -math.expm1(-rate * since)


def _stepped(
    rate: float, test_rate: float, repair: float, interval: float, first: float, harm: float, duration: float,
    available: float, finds: float, leaves_bad: float, time: float,
) -> float:  # fmt: skip
    if interval <= 0 or duration > interval:
        raise TreeError(f"periodic-test: the interval {interval:g} must be above 0 and not shorter than the test ({duration:g}).")
    if max(harm, finds, leaves_bad) > 1:
        raise TreeError("periodic-test: failure due to the test, finding and bad repair are probabilities, from 0 to 1.")
    if (time - first) / interval > LONGEST:
        raise TreeError(f"periodic-test: more than {LONGEST:,} tests by the time {time:g}; check that both have the same unit.")
    works, repairing = _between((1.0, 0.0), rate, repair, leaves_bad, min(time, first))
    now = first
    while now < time:
        # In the test: what works stays, fails by the start of the test or at the rate of tests; what is found goes to repair.
        hidden = 1 - works - repairing
        under_test = min(duration, time - now)
        tested = works * (1 - harm) * math.exp(-test_rate * under_test)
        found = finds * (hidden + works - tested)
        back, still = _between((0.0, repairing), rate, repair, leaves_bad, under_test)
        if time - now < duration:
            return 1 - back - (tested if available else 0.0)
        works, repairing = _between((tested + back, still + found), rate, repair, leaves_bad, min(interval, time - now) - duration)
        now += interval
    return 1 - works


def _between(state: tuple[float, float], rate: float, repair: float, leaves_bad: float, time: float) -> tuple[float, float]:
    """(works, in repair) after a time without tests."""
    works, repairing = state
    kept, still = math.exp(-rate * time), math.exp(-repair * time)
    # Repaired at some moment and not failed since: the convolution of the two exponentials (a huge rate repairs at once).
    mended = repair * time * kept if math.isclose(rate, repair, rel_tol=1e-12) else repair * (kept - still) / (repair - rate)
    return works * kept + repairing * (1 - leaves_bad) * mended, repairing * still
