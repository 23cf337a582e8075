"""Words of batch reports in the languages of the sites that write them, and what they state (DOMAIN C.2, batch report)."""

from __future__ import annotations

from collections.abc import Mapping

from lotproof.intake.fields import EXPIRY_WORDS, GTIN_WORDS, LOT_WORDS, ORDER_WORDS, header_key
from lotproof.intake.languages import in_all_languages
from lotproof.intake.vocabulary import LEVEL

_COUNTS: Mapping[str, str] = {
    "report_requested": "Requested|Ordered|Planned|Target|Order quantity|Planned quantity|Requested quantity|Angefordert|Soll|Sollmenge"
    "|Auftragsmenge|Geplant|Demandé|Demandés|Quantité prévue|Quantité demandée|Solicitado|Solicitados|Cantidad planificada|Richiesti"
    "|Quantità richiesta|Quantità pianificata|Gevraagd|Gepland|Zamówione|Planowane|Planowana ilość",
    "report_received": "Received|Allocated|Serials received|Numbers received|Serial numbers allocated|Provisioned|Empfangen|Zugeteilt"
    "|Reçus|Attribués|Recibidos|Asignados|Ricevuti|Assegnati|Ontvangen|Toegewezen|Otrzymane|Przydzielone",
    "report_printed": "Printed|Encoded|Labels printed|Serials printed|Codes printed|Gedruckt|Kodiert|Imprimés|Imprimé|Impresos|Impreso"
    "|Stampati|Stampato|Geprint|Gedrukt|Wydrukowane|Wydrukowano",
    "report_good": "Good|Accepted|Good units|Commissioned|Good packs|OK|Pass|Passed|Verified|Produced|Good production|Total good|Gut"
    "|Gutteile|Gutmenge|Gutpackungen|In Ordnung|i.O.|Bons|Conformes|Accepté|Acceptés|Buenos|Aceptados|Correctos|Buoni|Accettati|Goed"
    "|Goedgekeurd|Dobre|Zaakceptowane|Prawidłowe",
    "report_rejected": "Rejected|Rejects|Total rejects|Total rejected|Rejected units|Fail|Failed|Bad|Ejected|Ausschuss|Ausgeschleust"
    "|Schlecht|Schlechtteile|Ausschuss gesamt|n.i.O.|Rejetés|Rejets|Rebuts|Total rejets|Rechazados|Rechazos|Total rechazados|Scartati"
    "|Scarti|Respinti|Afgekeurd|Uitval|Odrzucone|Odrzuty|Razem odrzucone",
    "report_sampled": "Sampled|Samples|Samples taken|QA samples|Retained|Retain samples|Muster|Proben|Bemustert|Entnommene Muster"
    "|Rückstellmuster|Échantillons|Prélevés|Échantillonnés|Muestras|Muestreados|Campioni|Campionati|Monsters|Próbki|Pobrane próbki",
    "report_label_sampled": "Label samples|Labels sampled|Retained labels|Etikettenmuster|Échantillons d'étiquettes|Muestras de etiquetas"
    "|Campioni etichette|Etiketmonsters|Próbki etykiet",
    "report_destroyed": "Destroyed|Scrapped|Scrap|Decommissioned|Waste|Vernichtet|Verschrottet|Zerstört|Détruits|Destruidos|Distrutti"
    "|Vernietigd|Zniszczone|Zutylizowane",
    "report_reworked": "Reworked|Rework|Nacharbeit|Nachgearbeitet|Retravaillés|Reprocesados|Rilavorati|Herwerkt|Przerobione",
    "report_unused": "Unused|Unused returned|Returned|Returned unused|Unused serials|Unused serials returned|Not used|Remaining|Unbenutzt"
    "|Nicht verwendet|Zurückgegeben|Unbenutzt zurück|Unbenutzte Nummern|Non utilisés|Inutilisés|Retournés|No utilizados|Sin usar|Devueltos"
    "|Non utilizzati|Inutilizzati|Restituiti|Ongebruikt|Teruggestuurd|Niewykorzystane|Nieużyte|Zwrócone",
    "report_invalidated": "Invalidated|Deactivated|Voided|Void|Ungültig|Entwertet|Invalidés|Annulés|Invalidados|Anulados|Invalidati|Annullati"
    "|Ongeldig|Unieważnione",
    "report_unaccounted": "Unaccounted|Difference|Variance|Missing|Not accounted for|Differenz|Fehlend|Ungeklärt|Écart|Manquants|Diferencia"
    "|Faltantes|Differenza|Mancanti|Verschil|Ontbrekend|Różnica|Brakujące",
    "report_full": "Full|Complete|Voll|Vollständig|Complets|Pleins|Completos|Completas|Llenas|Pieni|Completi|Vol|Volle|Pełne",
    "report_partial": "Partial|Partials|Incomplete|Anbruch|Teilweise|Teilbefüllt|Incomplets|Partiels|Parciales|Incompletas|Parziali|Incompleti"
    "|Gedeeltelijk|Deels|Niepełne|Częściowe",
    "report_total": "Total|Quantity|Count|Number|Anzahl|Menge|Gesamt|Nombre|Quantité|Cantidad|Número|Numero|Quantità|Totale|Aantal|Totaal"
    "|Liczba|Ilość|Razem",
}
_OF_LEVEL: Mapping[tuple[str, str], str] = {
    ("report_total", "case"): "Cases|Cartons|Total cases|Shippers|Cases packed|Kartons|Versandkartons|Kisten|Caisses|Colis|Cajas|Cartoni"
    "|Colli|Dozen|Omdozen|Kartony",
    ("report_total", "pallet"): "Pallets|Total pallets|Paletten|Palettes|Palés|Palets|Tarimas|Bancali|Pallet|Palety|Palet",
    ("report_total", "bundle"): "Bundles|Bündel|Fardeaux|Paquetes|Fardelli|Bundels|Wiązki",
    ("report_full", "case"): "Full cases|Cases full|Complete cases|Volle Kartons|Vollkartons|Kartons voll|Caisses complètes|Cajas completas"
    "|Cartoni completi|Cartoni pieni|Volle dozen|Pełne kartony",
    ("report_partial", "case"): "Partial cases|Cases partial|Incomplete cases|Anbruchkartons|Teilkartons|Kartons Anbruch|Caisses incomplètes"
    "|Caisses partielles|Cajas parciales|Cajas incompletas|Cartoni parziali|Cartoni incompleti|Gedeeltelijke dozen|Niepełne kartony",
}
COUNTS: Mapping[str, tuple[str, str | None]] = {
    **{header_key(word): (claim, None) for claim, words in _COUNTS.items() for word in words.split("|")},
    **{header_key(word): (claim, level) for (claim, level), words in _OF_LEVEL.items() for word in words.split("|")},
}
"""Title of a count -> (claim, level that it implies)."""

LEVELS: Mapping[str, str] = {
    **{word: level for word, level in LEVEL.items() if level},
    **{
        header_key(word): level
        for level, words in {
            "unit": "Units|Packs|Items|Packungen|Einzelpackungen|Faltschachteln|Unités|Étuis|Boîtes|Unidades|Estuches|Unità|Astucci|Confezioni"
            "|Eenheden|Verpakkingen|Doosjes|Jednostki|Opakowania|Unit level|Level 1|Serials|Seriennummern",
            "bundle": "Bundles|Bündel|Fardeaux|Fardelli|Bundels|Wiązki",
            "case": "Cases|Cartons|Kartons|Shippers|Versandkartons|Caisses|Colis|Cajas|Cartoni|Dozen|Omdozen|Kartony|Case level",
            "pallet": "Pallets|Paletten|Palettes|Palés|Palets|Bancali|Palety|Pallet level",
        }.items()
        for word in words.split("|")
    },
}
"""Word for a packaging level, singular or plural -> level."""

REASON_SECTIONS = frozenset(
    header_key(word)
    for word in ["Rejects by reason", "Reject reasons", "Rejection reasons", "Rejects", "Rejected by reason", "Reason", "Ausschuss nach Grund", "Ausschussgründe", "Ausschuss", "Motifs de rejet", "Rejets par motif", "Motivos de rechazo", "Rechazos por motivo", "Motivi di scarto", "Scarti per motivo", "Redenen van afkeur", "Uitval per reden", "Przyczyny odrzutu", "Odrzuty wg przyczyny"]
)
"""Titles behind which each fact is a reject reason with its count."""

FACTS: Mapping[str, str] = {
    header_key(word): name
    for name, words in {
        "lot": in_all_languages(LOT_WORDS),
        "order_no": in_all_languages(ORDER_WORDS),
        "gtin": in_all_languages(GTIN_WORDS),
        "expiry": in_all_languages(EXPIRY_WORDS),
        "line": in_all_languages(("Line", "LineId", "PackagingLine", "Linie", "Anlage", "Verpackungslinie")),
        "started": in_all_languages(("Start", "StartTime", "Started", "Batch start", "Production start", "Lot start", "Beginn", "Startzeit",
                                     "Produktionsbeginn", "From")),
        "ended": in_all_languages(("End", "EndTime", "Ended", "Batch end", "Production end", "Lot end", "Ende", "Endzeit", "Produktionsende",
                                   "To")),
        "actor": in_all_languages(("Operator", "User", "Printed by", "Bediener", "Benutzer")),
        "printed_at": in_all_languages(("Report date", "Created", "Date", "Berichtsdatum", "Erstellt am", "Datum")),
    }.items()
    for word in words
}  # fmt: skip
"""Title of a fact that is no count -> its name."""
