"""Headers in French, Spanish, Italian, Dutch, Polish, Portuguese and Turkish, by the English one that they translate.

The kinds declare English, German and SAP words; here each of those is said once in the other languages, for all kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lotproof.intake import languages_pt_tr

_SAID: Mapping[str, str] = {
    "SerialNumber": "Identifiant|Code imprimé|Code sérialisé|Identificador|Identificativo|"
    "Numéro de série|N° de série|No de série|N° série|Numero serie|Número de serie|Nº de serie|N.º de serie|Nro. de serie"
    "|Numero di serie|Numero seriale|N. seriale|Matricola|Seriale|Serienummer|Serienr|Numer seryjny|Nr seryjny|Nr ser.",
    "Lot": "Partita|Partita n.|"
    "Lot de fabrication|Numéro de lot|N° de lot|N° lot|No lot|Lote|Número de lote|Nº de lote|Nº lote|N.º lote|Nro lote|Lotto|Numero lotto"
    "|Numero di lotto|N. lotto|Nr lotto|Batchnummer|Partij|Partijnummer|Lotnummer|Chargenummer|Seria|Numer serii|Nr serii|Numer partii"
    "|Nr partii|Partia|Los-Nr.",
    "OrderNo": "Ordine n.|Orden de fabricación|"
    "Ordre|Ordre de fabrication|N° d'ordre|N° ordre|Numéro d'ordre|OF|N° OF|Orden|Orden de fabricación|Nº de orden|Número de orden"
    "|Orden de producción|Ordine|Ordine di produzione|N. ordine|Numero ordine|Numero d'ordine|Productieorder|Ordernummer|Opdracht|Order"
    "|Zlecenie|Zlecenie produkcyjne|Numer zlecenia|Nr zlecenia|Commande",
    "GTIN": "EAN13|"
    "Code GTIN|Code produit|Code article GTIN|Código GTIN|Código de producto|Código del producto|Codice GTIN|Codice prodotto|Codice AIC GTIN"
    "|GTIN-code|Productcode|Kod GTIN|Kod produktu|Numer GTIN|CIP13|CIP",
    "Level": "Niveau|Niveau d'emballage|Niveau de conditionnement|Nivel|Nivel de embalaje|Nivel de empaque|Livello|Livello di imballo"
    "|Livello confezionamento|Verpakkingsniveau|Poziom|Poziom opakowania",
    "Status": "Statut|État|Etat|Estado|Situación|Stato|Toestand|Stan|Status numeru",
    "RejectReason": "Causale scarto|Motivo rechazo|"
    "Motif|Motif de rejet|Cause de rejet|Raison|Motivo|Motivo de rechazo|Causa de rechazo|Motivo di scarto|Motivo scarto|Causale"
    "|Reden|Reden van afkeur|Afkeurreden|Powód|Przyczyna|Przyczyna odrzutu|Powód odrzucenia",
    "ParentSerial": "Bovenliggende eenheid|Bovenliggende code|Hoofdverpakking|Parent|Contenant|Code parent|Numéro parent|Padre|Contenedor|Código padre|SSCC padre|Contenitore|Codice padre|Genitore"
    "|Bovenliggend|Moedercode|Nadrzędny|Kod nadrzędny|Opakowanie zbiorcze|SSCC parent|SSCC genitore|SSCC nadrzędny",
    "ChildCount": "Nombre d'enfants|Nombre d'unités|Contenu|Nb enfants|Nb d'unités|Número de hijos|Cantidad de hijos|Contenido|Numero figli"
    "|N. figli|Contenuto|Aantal kinderen|Inhoud|Aantal stuks|Liczba elementów|Liczba sztuk|Zawartość",
    "Partial": "Incomplet|Partiel|Parcial|Incompleta|Parziale|Incompleto|Gedeeltelijk|Onvolledig|Niepełny|Niepełne|Częściowy",
    "Expiry": "Péremption|Date de péremption|Date péremption|Date d'expiration|Exp.|Caducidad|Fecha de caducidad|Vencimiento|Fecha de vencimiento"
    "|Scadenza|Data di scadenza|Data scadenza|Vervaldatum|Houdbaar tot|Vervaldag|Data ważności|Termin ważności|Ważność|EXP",
    "PrintTime": "Hora impresión|Heure impression|"
    "Heure d'impression|Date d'impression|Imprimé le|Horodatage impression|Hora de impresión|Fecha de impresión|Impreso el"
    "|Ora di stampa|Ora stampa|Data stampa|Stampato il|Printtijd|Afdruktijd|Geprint op|Czas druku|Data druku|Wydrukowano|Czas wydruku",
    "VerifyTime": "Hora verificación|Heure contrôle|Ora controllo|"
    "Heure de vérification|Heure de contrôle|Date de vérification|Contrôlé le|Hora de verificación|Fecha de verificación"
    "|Verificado el|Ora di verifica|Ora verifica|Verificato il|Controletijd|Verificatietijd|Gecontroleerd op|Czas weryfikacji"
    "|Data weryfikacji|Zweryfikowano|Czas kontroli",
    "PackTime": "Verpaktijd|Hora agregación|Heure agrégation|"
    "Heure d'emballage|Heure d'agrégation|Emballé le|Agrégé le|Hora de empaque|Hora de embalaje|Hora de agregación|Empacado el"
    "|Ora di imballo|Ora imballo|Ora aggregazione|Imballato il|Verpakkingstijd|Inpaktijd|Verpakt op|Aggregatietijd|Czas pakowania"
    "|Czas agregacji|Spakowano|Data pakowania",
    "Timestamp": "Horodatage|Date et heure|Date/heure|Date heure|Heure|Fecha y hora|Fecha/hora|Fecha hora|Hora|Marca de tiempo|Data e ora"
    "|Data/ora|Data ora|Ora|Orario|Tijdstip|Datum en tijd|Datum/tijd|Tijd|Data i godzina|Data i czas|Czas|Godzina|Znacznik czasu|Data/godzina",
    "ScanTime": "Heure de scan|Heure de lecture|Lu le|Scanné le|Hora de lectura|Hora de escaneo|Escaneado el|Ora di scansione|Ora scansione"
    "|Ora lettura|Letto il|Scantijd|Leestijd|Gescand op|Czas skanowania|Czas odczytu|Zeskanowano",
    "Date": "Fecha|Data|Date",
    "Station": "Poste|Estación|Puesto|Stazione|Postazione|Stanowisko|Werkplek",
    "Line": "Ligne|Ligne de conditionnement|Línea|Linea|Linea di confezionamento|Lijn|Verpakkingslijn|Linia|Linia pakująca|Línea de envasado",
    "Operator": "Melder|Medewerker|Collaboratore|Empleado|Opérateur|Utilisateur|Operador|Usuario|Operatore|Utente|Bediener|Gebruiker|Użytkownik|Pracownik|Contrôleur|Controlador"
    "|Ispettore|Controleur|Kontroler",
    "ImageRef": "Fichier image|Imagen|Archivo de imagen|Immagine|File immagine|Afbeelding|Beeld|Obraz|Plik obrazu|Zdjęcie",
    "PrinterId": "Imprimante|Tête d'impression|Impresora|Cabezal|Stampante|Testina|Printer|Printkop|Drukarka|Głowica",
    "EncoderCount": "Contador|Compteur|Contatore|"
    "Codeur|Compteur codeur|Valeur codeur|Encodeur|Codificador|Contador encoder|Valor encoder|Encoder|Valore encoder|Encoderwaarde"
    "|Teller|Enkoder|Licznik enkodera|Wartość enkodera|Licznik",
    "RollLot": "Rolnummer|Etiketrolnummer|Bobine|Rouleau|Bobina|Rotolo|"
    "Lot du rouleau|Lot rouleau|Lot de bobine|Lot d'étiquettes|Lote de rollo|Lote del rollo|Lote de etiquetas|Lotto rotolo|Lotto bobina"
    "|Lotto etichette|Rollot|Rolcharge|Etiketrol|Seria rolki|Partia rolki|Seria etykiet",
    "Result": "Résultat|Verdict|Resultado|Veredicto|Risultato|Esito|Resultaat|Uitslag|Oordeel|Wynik|Rezultat",
    "CameraId": "Caméra|Lecteur|Cámara|Lector|Telecamera|Lettore|Camera|Lezer|Kamera|Czytnik",
    "ExpectedString": "Attendu|Code attendu|Chaîne attendue|Esperado|Código esperado|Cadena esperada|Atteso|Codice atteso|Stringa attesa|Verwacht"
    "|Verwachte code|Oczekiwany|Kod oczekiwany|Oczekiwany kod",
    "ReadString": "Lu|Code lu|Chaîne lue|Leído|Código leído|Cadena leída|Letto|Codice letto|Stringa letta|Gelezen|Gelezen code|Odczytany"
    "|Kod odczytany|Odczytany kod|Odczyt",
    "OverallGrade": "Eindcijfer|Eindklasse|Totaalcijfer|Calidad|Qualità di stampa|"
    "Note globale|Grade global|Classe|Note|Grado global|Calificación|Grado total|Grado|Grado complessivo|Voto|Totaalklasse|Graad"
    "|Klasse|Ocena|Ocena ogólna|Klasa",
    "SymbolContrast": "Contraste|Contraste du symbole|Contraste del símbolo|Contrasto|Contrasto simbolo|Symboolcontrast|Contrast|Kontrast symbolu",
    "Modulation": "Modulación|Modulazione|Modulatie|Modulacja",
    "ReflectanceMargin": "Marge de réflectance|Margen de reflectancia|Margine di riflettanza|Reflectiemarge|Margines odbicia",
    "FixedPatternDamage": "Dommages motif fixe|Daño patrón fijo|Danno pattern fisso|Schade vast patroon|Uszkodzenie wzoru",
    "AxialNonuniformity": "Non-uniformité axiale|No uniformidad axial|Non uniformità assiale|Axiale niet-uniformiteit|Niejednorodność osiowa",
    "GridNonuniformity": "Non-uniformité de grille|No uniformidad de rejilla|Non uniformità griglia|Raster niet-uniformiteit"
    "|Niejednorodność siatki",
    "UnusedErrorCorrection": "Correction d'erreur inutilisée|Corrección de errores no usada|Correzione errori inutilizzata"
    "|Ongebruikte foutcorrectie|Niewykorzystana korekcja błędów",
    "OCR_Lot": "OCR charge|Lot OCR|Lot lu|Lote OCR|Lote leído|Lotto OCR|Lotto letto|OCR lot|OCR partij|Seria OCR|Partia OCR|Lot en clair",
    "OCR_Exp": "OCR houdbaarheid|OCR houdbaar tot|OCR vervaldatum|Gelezen vervaldatum|Péremption lue|Caducidad leída|Scadenza letta|"
    "Péremption OCR|Exp OCR|Caducidad OCR|Vencimiento OCR|Scadenza OCR|OCR vervaldatum|Ważność OCR|Péremption en clair",
    "AllocatedAt": "Attribué le|Date d'attribution|Alloué le|Asignado el|Fecha de asignación|Assegnato il|Data di assegnazione|Data assegnazione"
    "|Toegewezen op|Toewijzing|Przydzielono|Data przydziału|Przydzielono dnia",
    "ReceivedAt": "Date réception|Date de réception|Reçu le|Fecha entrada|Fecha de entrada|Fecha recepción|Fecha de recepción|Recibido el"
    "|Data ricevimento|Data di ricevimento|Ricevuto il|Ontvangstdatum|Ontvangen op|Data przyjęcia|Przyjęto",
    "CountedAt": "Date comptage|Date de comptage|Compté le|Fecha recuento|Fecha de recuento|Contado el|Data conteggio|Data di conteggio|Contato il"
    "|Teldatum|Geteld op|Data liczenia|Policzono",
    "ShippedAt": "Date chargement|Date de chargement|Date d'expédition|Expédié le|Fecha expedición|Fecha de expedición|Expedido el|Data spedizione"
    "|Data di spedizione|Spedito il|Verzenddatum|Data wysyłki",
    "RequestId": "Demande|N° de demande|Numéro de demande|Solicitud|Nº de solicitud|Richiesta|N. richiesta|Numero richiesta|Aanvraag|Aanvraagnummer"
    "|Żądanie|Wniosek|Numer wniosku|Nr wniosku|Numer żądania",
    "Material": "Codice articolo|"
    "Article|Code article|Référence|Artículo|Código de material|Código material|Materiale|Codice materiale|Articolo|Materiaal"
    "|Artikelnummer|Materiał|Numer materiału|Indeks",
    "Description": "Désignation|Libellé|Descripción|Denominación|Descrizione|Denominazione|Omschrijving|Beschrijving|Opis|Nazwa",
    "PlannedQty": "Quantité prévue|Quantité planifiée|Qté prévue|Cantidad planificada|Cantidad prevista|Quantità pianificata|Quantità prevista"
    "|Geplande hoeveelheid|Planowana ilość|Ilość planowana",
    "UnitsPerCase": "Étuis par carton|Estuches por caja|Astucci per cartone|"
    "Unités par carton|Unités par caisse|Étuis par caisse|Unidades por caja|Unità per cartone|Pezzi per cartone|Stuks per doos"
    "|Stuks per omdoos|Sztuk w kartonie|Opakowań w kartonie",
    "CasesPerPallet": "Cajas por palé|"
    "Cartons par palette|Caisses par palette|Cajas por palé|Cajas por pallet|Cajas por tarima|Cartoni per pallet"
    "|Cartoni per bancale|Dozen per pallet|Omdozen per pallet|Kartonów na palecie",
    "Start": "Début réel|Début arrêt|Inicio parada|Inizio fermo|Inicio real|Inizio effettivo|Début de l'arrêt|"
    "Début|Heure de début|Date de début|Inicio|Hora de inicio|Fecha de inicio|Inizio|Ora di inizio|Ora inizio|Data inizio|Begin|Starttijd"
    "|Aanvang|Początek|Rozpoczęcie|Czas rozpoczęcia|Data rozpoczęcia|Od|De|Desde|Dal|Da|Van|Du",
    "End": "Fin réelle|Fin arrêt|Fin parada|Fine fermo|Fin real|Fine effettiva|Fin de l'arrêt|"
    "Fin|Heure de fin|Date de fin|Hora de fin|Fecha de fin|Fine|Ora di fine|Ora fine|Data fine|Einde|Eindtijd|Koniec|Zakończenie"
    "|Czas zakończenia|Data zakończenia|Do|À|Hasta|Al|A|Tot|Au",
    "Movement Type": "Cl.movimiento|Cl.mov.|ClMv|Tp.mov.|"
    "Type de mouvement|Code mouvement|Clase de movimiento|Tipo de movimiento|Tipo movimento|Tipo di movimento|Bewegingssoort"
    "|Rodzaj ruchu|Typ ruchu",
    "Material Document": "Document article|Document matière|Documento de material|Documento material|Documento materiale|Materiaaldocument"
    "|Dokument materiałowy",
    "Plant": "Division|Usine|Site|Centro|Planta|Divisione|Stabilimento|Fabriek|Vestiging|Zakład",
    "Storage Location": "Almacén|"
    "Magasin|Emplacement de stockage|Almacén|Magazzino|Opslaglocatie|Magazijn|Skład|Magazyn",
    "Quantity": "Quantité|Qté|Cantidad|Quantità|Q.tà|Hoeveelheid|Aantal|Ilość",
    "Unit of Entry": "Unité|Unité de mesure|UMB|Unidad de medida|UM|Unità di misura|Eenheid|Jednostka miary|JM",
    "Posting Date": "Date comptable|Date de comptabilisation|Fecha de contabilización|Fe.contabilización|Data di registrazione|Data registrazione"
    "|Boekingsdatum|Data księgowania",
    "Entry Date": "Date de saisie|Fecha de registro|Fecha de entrada|Data di acquisizione|Data inserimento|Invoerdatum|Data wprowadzenia",
    "Time of Entry": "Heure de saisie|Hora de registro|Hora de entrada|Ora di acquisizione|Ora inserimento|Invoertijd|Godzina wprowadzenia",
    "Reference": "Référence doc.|Referencia|Riferimento|Referentie|Referencja|Odniesienie",
    "Unrestricted": "Utilisation libre|À utilisation libre|Libre utilización|De libre utilización|Utilizzo libero|A utilizzo libero"
    "|Vrij te gebruiken|Vrij gebruik|Nieograniczone użycie|Wolne użycie",
    "In Quality Insp.": "En control calidad|In contr. qualità|"
    "En contrôle qualité|Contrôle qualité|En control de calidad|Control de calidad|In controllo qualità|Controllo qualità"
    "|In kwaliteitscontrole|Kwaliteitscontrole|W kontroli jakości|Kontrola jakości",
    "Blocked": "Bloqué|Bloqueado|Bloccato|Geblokkeerd|Zablokowane|Zablokowany",
    "Base Unit": "Unité de base|Unidad base|Unidad medida base|Unità base|Basiseenheid|Podstawowa jednostka miary",
    "PalletSSCC": "Palette|SSCC palette|N° palette|Palé|SSCC palé|SSCC pallet|SSCC tarima|Bancale|SSCC bancale|Pallet SSCC|Paleta|SSCC palety",
    "CaseSSCC": "Caisse|SSCC caisse|SSCC carton|Carton|Colis|Caja|SSCC caja|Cartone|SSCC cartone|Collo|Doos|SSCC doos|Omdoos|SSCC omdoos"
    "|SSCC kartonu|Karton zbiorczy",
    "UnitScan": "Code lu|Codice letto|Código leído|"
    "Étui|Code étui|Code scanné|Unité scannée|Estuche|Código escaneado|Unidad escaneada|Código leído unidad|Astuccio|Codice scansionato"
    "|Confezione|Gescande code|Verpakking|Doosje|Opakowanie|Zeskanowany kod|Kod opakowania",
    "Cases": "Cartons|Caisses|Nb de cartons|Nombre de cartons|Nombre de caisses|Cajas|Nº de cajas|Número de cajas|Cartoni|N. cartoni|Numero cartoni"
    "|Dozen|Aantal dozen|Kartony|Liczba kartonów",
    "Location": "Emplacement|Ubicación|Ubicazione|Posizione|Locatie|Opslagplaats|Lokalizacja|Miejsce",
    "Delivery": "N° BL|BL|N° bon de livraison|Expedición|"
    "Livraison|N° de livraison|Bon de livraison|Entrega|Nº de entrega|Albarán|Consegna|N. consegna|DDT|Levering|Leveringsnummer|Zending"
    "|Dostawa|Numer dostawy|Nr dostawy",
    "Customer": "Client|Destinataire|Cliente|Destinatario|Klant|Afnemer|Ontvanger|Klient|Odbiorca",
    "SentAt": "Date d'envoi|Data invio|Fecha de envío|Enviado a las|"
    "Envoyé le|Envoyé|Heure d'envoi|Enviado|Enviado el|Hora de envío|Inviato|Inviato il|Ora invio|Verzonden|Verzonden op|Wysłano|Czas wysłania",
    "AckAt": "Acquitté le|Acquitté|Accusé le|Confirmado|Confirmado el|Confermato|Confermato il|Bevestigd|Bevestigd op|Potwierdzono|Czas potwierdzenia",
    "MessageType": "Type de message|Tipo de mensaje|Tipo messaggio|Tipo di messaggio|Berichttype|Typ komunikatu|Rodzaj komunikatu",
    "Seq": "Berichtnr|N° de message|Séquence|Nº de mensaje|Secuencia|N. messaggio|Sequenza|Berichtnummer|Volgnummer|Numer komunikatu|Sekwencja|Lp.",
    "Equipment": "Impianto|"
    "Équipement|Machine|Equipo|Máquina|Macchina|Attrezzatura|Apparecchiatura|Apparatuur|Toestel|Urządzenie|Maszyna",
    "Cause": "Reden|Motif d'arrêt|Causa|Motivo parada|Motivo fermo|Oorzaak|Reden stilstand|Przyczyna postoju",
    "Type": "Tipo|Soort|Rodzaj|Genre",
    "WorkOrder": "Ordre de travail|Orden de trabajo|Ordine di lavoro|Werkorder|Zlecenie robocze",
    "ReportedBy": "Signalé par|Notificado por|Reportado por|Segnalato da|Gemeld door|Zgłosił|Zgłoszone przez",
    "Calibrated": "Dernier étalonnage|Étalonné le|Dernière calibration|Última calibración|Calibrado el|Ultima taratura|Ultima calibrazione"
    "|Laatste kalibratie|Gekalibreerd op|Ostatnia kalibracja|Skalibrowano",
    "NextDue": "Volgende|Volgende datum|Prochain étalonnage|Échéance|Prochaine échéance|Próxima calibración|Próximo vencimiento|Prossima taratura|Prossima scadenza"
    "|Volgende kalibratie|Volgende vervaldatum|Następna kalibracja|Termin następnej",
    "Asset": "Apparaat|Instrument|Instrument|Appareil|Instrumento|Strumento|Instrumenten|Przyrząd",
    "Employee": "Employé|Collaborateur|Empleado|Dipendente|Collaboratore|Medewerker|Werknemer",
    "SOP": "Procédure|Mode opératoire|Procedimiento|PNT|Procedura|Procedure",
    "Version": "Versión|Versione|Versie|Wersja",
    "TrainedOn": "Formé le|Date de formation|Formado el|Fecha de formación|Formato il|Data formazione|Getraind op|Trainingsdatum|Przeszkolono"
    "|Data szkolenia",
    "Shift": "Équipe|Poste de travail|Turno|Ploeg|Dienst|Zmiana",
    "DeviationNo": "N° d'écart|Déviation|N° déviation|Desviación|Nº de desviación|Deviazione|N. deviazione|Afwijking|Afwijkingsnummer|Odchylenie"
    "|Numer odchylenia",
    "Opened": "Ouvert le|Date d'ouverture|Abierto el|Fecha de apertura|Aperto il|Data apertura|Geopend op|Otwarto|Data otwarcia",
    "RootCause": "Cause racine|Cause première|Causa raíz|Causa radice|Grondoorzaak|Przyczyna źródłowa",
    "Action": "Mesure corrective|Acción|Azione|Maatregel|Działanie",
    "AlertCode": "Code d'alerte|Code alerte|Código de alerta|Codice allarme|Codice alert|Alarmcode|Kod alarmu|Kod alertu",
    "AlertId": "Identifiant d'alerte|ID alerte|ID de alerta|ID allarme|Alarm-ID|ID alarmu|Identyfikator alertu",
    "AlertTime": "Date de l'alerte|Heure de l'alerte|Fecha de la alerta|Data allarme|Tijdstip alarm|Czas alarmu|Data alertu",
    "Message": "Libellé de l'alerte|Mensaje|Messaggio|Bericht|Komunikat",
    "Market": "Marché|Pays|Mercado|País|Mercato|Paese|Rynek|Kraj",
    "HoldId": "N° de blocage|Nº de bloqueo|N. blocco|Blokkadenummer|Numer blokady",
    "HoldTime": "Bloqué le|Date de blocage|Bloqueado el|Fecha de bloqueo|Bloccato il|Data blocco|Geblokkeerd op|Zablokowano|Data blokady",
    "ReleasedAt": "Débloqué le|Libéré le|Liberado el|Desbloqueado el|Rilasciato il|Sbloccato il|Vrijgegeven op|Zwolniono|Odblokowano",
    "PlacedBy": "Bloqué par|Bloqueado por|Bloccato da|Geblokkeerd door|Zablokował",
    "Duration (min)": "Durée (min)|Duración (min)|Durata (min)|Duur (min)|Czas trwania (min)",
    "Duration": "Durée|Duración|Durata|Duur|Czas trwania",
}
_TABLES = (_SAID, languages_pt_tr.SAID)
TRANSLATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {word: tuple(said for table in _TABLES if word in table for said in table[word].split("|")) for word in dict.fromkeys([*_SAID, *languages_pt_tr.SAID])}
)
"""English header -> the same in the other languages."""


def in_all_languages(words: Iterable[str]) -> tuple[str, ...]:
    """The words, and behind them their translations, each once."""
    own = tuple(words)
    return tuple(dict.fromkeys([*own, *(said for word in own for said in TRANSLATIONS.get(word, ()))]))
