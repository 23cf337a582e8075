"""The settings of the product, for servers of tests: what comes back once a minute comes back every three seconds."""

from lotproof.project.settings import *  # noqa: F403
from lotproof.project.settings import SCHEDULE as _SCHEDULE

SCHEDULE = [(kind, 3 if kind == "epcis-index" else period) for kind, period in _SCHEDULE]
TRY_AGAIN = 2
