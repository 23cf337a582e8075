"""A packaging site that does not exist: realistic files with chosen faults, and the truth about them.

Pure: no clock, no file system, no network. The same spec gives the same bytes.
"""

from lotproof.simulate.site import Site, iter_files, sample, simulate, truth_of
from lotproof.simulate.spec import DIALECTS, EPCIS_FORMS, FAULTS, SiteSpec, SpecError

__all__ = [
    "DIALECTS",
    "EPCIS_FORMS",
    "FAULTS",
    "Site",
    "SiteSpec",
    "SpecError",
    "iter_files",
    "sample",
    "simulate",
    "truth_of",
]
