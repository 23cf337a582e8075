"""Clocks that a case runs against: the site's hour of containment, and what the law gives (DOMAIN A.6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from lotproof.quality.times import after_business_days, after_hours


@dataclass(frozen=True)
class Clock:
    """A limit that begins with an act."""

    name: str
    """Short name, as entries have it."""
    says: str
    """What has to be done before it ends."""
    basis: str
    """Where it comes from."""
    hours: float = 0
    """Hours that it gives; with business days the most that it gives."""
    business_days: int = 0
    """Business days that it gives, 0 where hours alone count."""

    def due(self, start: str, holidays: Collection[date] = ()) -> str:
        """When it ends that began at ``start``; UTC."""
        ends = [after_hours(start, self.hours)] if self.hours or not self.business_days else []
        ends += [after_business_days(start, self.business_days, holidays)] if self.business_days else []
        return min(ends)


CLOCKS = {
    clock.name: clock
    for clock in (
        Clock("contain", "the five steps of containment", "procedure of the site: the first 60 minutes", hours=1),
        Clock(
            "classify", "the decision whether the product is suspect", "FD&C Act 582, prompt investigation; site limit 24 hours", hours=24
        ),
        Clock("us-verification", "the answer to a trading partner's request for verification", "FD&C Act 582(b)(4)(C): 24 hours", hours=24),
        Clock("us-illegitimate", "Form FDA 3911 and notice to immediate trading partners", "FD&C Act 582(b)(4)(B)(ii): 24 hours", hours=24),
        Clock(
            "us-information",
            "transaction information for FDA or a partner",
            "FD&C Act 582(b)(1)(B): 1 business day, at most 48 hours",
            hours=48,
            business_days=1,
        ),
        Clock("eu-authority", "notice to the competent authority", "Delegated Regulation (EU) 2016/161, Art. 18: immediately"),
    )
}
"""Every clock by its name."""
