"""Status words in French, Spanish, Italian, Dutch and Polish, by the meaning that they have in `vocabulary`."""

from __future__ import annotations

from collections.abc import Mapping

STATE: Mapping[str, str] = {
    "commissioned": "Bon|Bonne|Conforme|Accepté|Emballé|Actif|Bueno|Buena|Aceptado|Empacado|Activo|Comisionado|Correcto|Buono|Accettato|Attivo"
    "|Imballato|Goed|Goedgekeurd|Verpakt|Actief|Dobry|Dobra|Dobre|Zaakceptowany|Aktywny|Aktywne|Spakowany|Prawidłowy|Commissionné|Commissionato",
    "label_scrapped": "Rejeté|Rejetée|Rebut|Non conforme|Mauvais|Rechazado|Rechazada|Desechado|No conforme|Malo|Scartato|Scarto|Respinto"
    "|Non conforme|Afgekeurd|Uitgeworpen|Slecht|Odrzucony|Odrzucone|Odrzucona|Zły|Wadliwy|Étiquette détruite|Etiqueta destruida"
    "|Etichetta distrutta|Etiket vernietigd|Etykieta zniszczona",
    "label_sampled": "Échantillon étiquette|Muestra etiqueta|Échantillon d'étiquette|Étiquette échantillon|Muestra de etiqueta|Etiqueta muestra|Campione etichetta|Etichetta campione"
    "|Etiketmonster|Próbka etykiety",
    "sampled": "Échantillon|Échantillonné|Prélevé|Muestra|Muestreado|Campione|Campionato|Prelevato|Monster|Bemonsterd|Próbka|Pobrany do próby"
    "|Pobrano próbkę",
    "destroyed": "Détruit|Détruite|Mis au rebut|Destruido|Destruida|Distrutto|Distrutta|Vernietigd|Zniszczony|Zniszczone|Zniszczona|Zutylizowany",
    "inactivated": "Inactif|Inactive|Désactivé|Bloqué|Inactivo|Desactivado|Bloqueado|Inattivo|Disattivato|Bloccato|Inactief|Gedeactiveerd"
    "|Geblokkeerd|Nieaktywny|Nieaktywne|Zablokowany|Dezaktywowany",
    "returned_unused": "Non utilisé|Inutilisé|Disponible|Retourné|Libre|No utilizado|Sin usar|Devuelto|Non utilizzato|Inutilizzato|Disponibile"
    "|Restituito|Non usato|No usado|Ongebruikt|Niet gebruikt|Beschikbaar|Teruggegeven|Vrij|Niewykorzystany|Nieużyty|Dostępny|Zwrócony|Wolny",
    "invalidated": "Invalide|Invalidé|Annulé|Inválido|Invalidado|Anulado|Invalido|Invalidato|Annullato|Ongeldig|Geannuleerd|Nieważny|Unieważniony",
    "encoded": "Imprimé|Imprimée|Encodé|En cours|Impreso|Impresa|Codificado|En proceso|Stampato|Stampata|Codificato|In lavorazione|Geprint|Gedrukt"
    "|Gecodeerd|In bewerking|Wydrukowany|Wydrukowane|Zakodowany|W toku",
}
LEVEL: Mapping[str, str] = {
    "unit": "Unité|Étui|Boîte|Unidad|Estuche|UN|Unità|Astuccio|Confezione|Pezzo|PZ|Eenheid|Doosje|Verpakking|Stuks|Jednostka|Opakowanie|SZT|Sztuka"
    "|UVC|Opakowanie jednostkowe",
    "bundle": "Fardeau|Paquet|Paquete|Atado|Fardello|Fascio|Bundel|Pakiet|Wiązka",
    "case": "Caisse|Colis|Carton|Caja|CJ|Cartone|Collo|CT|Doos|Omdoos|Karton zbiorczy|Opakowanie zbiorcze",
    "pallet": "Palé|Palet|Tarima|Bancale|Paleta",
}
READ: Mapping[str, str] = {
    "pass": "BON|Bueno|Buena|Bonne|Conforme|Réussi|Lu|Correcto|Aprobado|Leído|Buono|Superato|Letto|Goed|Geslaagd|Gelezen|Dobry|Zaliczony|Odczytany|Poprawny|Akzeptiert",
    "fail": "MAUVAIS|Malo|Mala|Cattivo|Mauvaise|Échec|Non conforme|Rejeté|Incorrecto|Fallo|Rechazado|Fallido|Scarto|Fallito|Errato|Fout|Afgekeurd|Mislukt|Błąd|Niezaliczony|Błędny"
    "|Odrzucony",
    "no_read": "Non lu|Illisible|Pas de lecture|No leído|Sin lectura|Ilegible|Non letto|Illeggibile|Nessuna lettura|Niet gelezen|Onleesbaar|Nieodczytany"
    "|Brak odczytu|Nieczytelny|NO-READ|No Code",
}
PRINT: Mapping[str, str] = {
    "ok": "Imprimé|Bon|Impreso|Correcto|Stampato|Buono|Geprint|Gedrukt|Goed|Wydrukowano|Wydrukowany|Dobry",
    "setup": "Réglage|Essai|Ajuste|Prueba|Prova|Regolazione|Instelling|Proefdruk|Ustawianie|Próbny|Wydruk próbny",
    "failed": "Échec|Erreur|Fallo|Errore|Fallito|Fout|Mislukt|Błąd",
}
FLAG: Mapping[str, str] = {
    "true": "Oui|O|Vrai|Sí|Si|S|Verdadero|Sì|Vero|Waar|Tak|Prawda|Incomplet|Partiel|Parcial|Parziale|Gedeeltelijk|Niepełny",
    "false": "Non|Faux|No|Falso|Nee|Onwaar|Nie|Fałsz|Complet|Completo|Pieno|Vol|Pełny",
}
