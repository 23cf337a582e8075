"""How export notes explain their status words: phrases, in the languages of the headers, and the state that each describes."""

from __future__ import annotations

import unicodedata

_LABEL = (("label", "no product"), ("etikett", "kein produkt"), ("set-up sample",), ("etiquette", "sans produit"), ("etiqueta", "sin producto"),
          ("etichetta", "senza prodotto"), ("etiket", "geen product"), ("etykiet", "bez produktu"), ("rotulo", "sem produto"),
          ("etiqueta", "sem produto"), ("etiket", "urun yok"))  # fmt: skip
_POOL = (("never printed", "pool"), ("nie gedruckt", "pool"), ("nie gedruckt", "zuruck"), ("jamais imprim", "rendu"), ("nunca impres", "devuelt"),
         ("mai stampat", "restituit"), ("nooit geprint", "terug"), ("nigdy niewydrukowan", "zwrocon"), ("nunca impres", "devolvid"),
         ("hic basilmadi", "iade"))  # fmt: skip
_INVALID = (("invalid", "never printed"), ("ungultig", "nie gedruckt"), ("invalid", "jamais imprim"), ("invalid", "nunca impres"),
            ("invalid", "mai stampat"), ("ongeldig", "nooit geprint"), ("uniewazn", "niewydrukowan"), ("gecersiz", "hic basilmadi"))  # fmt: skip
_SCRAPPED = (("never commissioned",), ("before commissioning",), ("nie kommissioniert",), ("nie in verkehr",), ("vor der kommissionierung",),
             ("jamais commission",), ("nunca comision",), ("mai commission",), ("nooit gecommission",), ("nunca comission",),
             ("hic devreye alinmadi",))  # fmt: skip
_SAMPLED = (("sample", "after commissioning"), ("sample taken",), ("muster", "nach der kommissionierung"), ("echantillon", "apres"),
            ("muestra", "despues"), ("campione", "dopo"), ("monster", "na commission"), ("amostra", "apos"),
            ("numune", "devreye alindiktan sonra"))  # fmt: skip
_DESTROYED = (("destroyed", "after commissioning"), ("scrapped", "after commissioning"), ("vernichtet", "nach der kommissionierung"),
              ("detruit", "apres"), ("destruid", "despues"), ("distrutt", "dopo"), ("vernietigd", "na commission"), ("destruid", "apos"),
              ("imha", "devreye alindiktan sonra"))  # fmt: skip
_INACTIVE = (("inactive",), ("inaktiv",), ("inactif",), ("inactiv",), ("inattiv",), ("inactief",), ("nieaktywn",), ("inativ",), ("pasif",))
_GOOD = (("on product",), ("auf produkt",), ("auf dem produkt",), ("sur produit",), ("sur le produit",), ("en producto",), ("en el producto",),
         ("sul prodotto",), ("op product",), ("op het product",), ("na produkcie",), ("no produto",), ("urun uzerinde",))  # fmt: skip
_UNPRINTED = (("never printed",), ("nie gedruckt",), ("nooit geprint",), ("hic basilmadi",))

_DEFINITIONS = tuple(
    (parts, state)
    for group, state in (
        (_LABEL, "label_sampled"), (_INVALID, "invalidated"), (_POOL, "returned_unused"), (_SCRAPPED, "label_scrapped"), (_SAMPLED, "sampled"),
        (_DESTROYED, "destroyed"), (_INACTIVE, "inactivated"), (_GOOD, "commissioned"), (_UNPRINTED, "returned_unused"),
    )
    for parts in group
)  # fmt: skip
"""The first whose parts all occur decides."""


def plain(text: str) -> str:
    """A text in small letters without accents, as the phrases are written."""
    folded = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("ł", "l").lower())
    return "".join(char for char in folded if not unicodedata.combining(char)).replace("ß", "ss")


def state_from_definition(definition: str) -> str | None:
    """The step that a site's own definition of a status word describes, or None where it is not clear."""
    said = plain(definition)
    return next((state for parts, state in _DEFINITIONS if all(part in said for part in parts)), None)
