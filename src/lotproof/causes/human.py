"""Human error is where an investigation begins, not where it ends.

Inspectors refuse it as a root cause (EU GMP Part I, 1.4 (xiv): "where human error is suspected or identified as the cause, this should be
justified having taken care to ensure that process, procedural or system-based errors or problems have not been overlooked"). A claim
that only blames a person is therefore no end of a chain of whys.
"""

from __future__ import annotations

import re

_PERSON = (
    r"operator|worker|employee|staff|person(nel)?|technician|packer|picker|he|she|human|"  # English
    r"bediener|mitarbeiter(in)?|opérat(eur|rice)|operador(a)?|operatore|operatrice|pracownik|operator(a|zy)?"
)
_BLAME = (
    r"human[ -]errors?|operator[ -](error|mistake)s?|user[ -]errors?|(lack of|no|poor|insufficient) (attention|care|concentration)|"
    r"inattenti(on|ve)|careless(ness|ly)?|negligen(ce|t)|distract(ed|ion)|forg[eo]t(ten)?|not paying attention|"
    r"did not follow (the )?(procedure|sop|instruction)s?|"
    r"fail(ed|ure) to follow|re-?train(ing|ed)?|not trained|lack of training|oversight|"
    r"menschliche[rns]* (fehler|versagen)|bedien(er|ungs)?fehler|unachtsam(keit)?|vergessen|nachschulung|"
    r"erreur humaine|erreur (de l'|d')opérateur|inattention|négligence|oubli(é)?|"
    r"error humano|descuido|falta de atención|olvid(o|ó)|"
    r"errore umano|errore (dell'|d')operatore|disattenzione|dimentic(ato|anza)|"
    r"erro humano|falta de atenção|esquec(eu|imento)|"
    r"błąd (ludzki|człowieka|operatora)|nieuwaga|zapomnia(ł|ła)"
)
_ERRED = r"mistake|wrong(ly)?|mixed up|overlooked|missed"
_BLAMES = re.compile(rf"(?<!\w)({_BLAME})(?!\w)|(?<!\w)({_PERSON})\b.{{0,40}}\b({_ERRED})(?!\w)", re.IGNORECASE)

QUESTIONS = (
    "What let it happen: is there an interlock, a comparison or a line clearance that should have stopped it, and did that work?",
    "What did the procedure say at this step, could it be followed as written, and is it followed on other days?",
    "What did the screen, the label or the tool show at that moment, and could the two things that were confused be told apart?",
    "Who else does the same step, and how often does it go wrong there?",
    "What was different that day: staffing, shift, changeovers, alarms, time pressure, light, noise?",
    "Was the training on this step tested by doing it, and when?",
)
"""What to ask next where a person is blamed."""


def blames_a_person(statement: str) -> bool:
    """Whether a claim says no more than that somebody erred."""
    return bool(_BLAMES.search(statement))
