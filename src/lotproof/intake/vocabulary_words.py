"""Status words in French, Spanish, Italian, Dutch, Polish, Portuguese and Turkish, by the meaning that they have in `vocabulary`."""

from __future__ import annotations

from collections.abc import Mapping

STATE: Mapping[str, str] = {
    "commissioned": "Boa|Aprovada|Aprovado|Comissionada|Comissionado|Embalada|Ativa|Ativo|Agregada|Agregado|İyi|Sağlam|Aktif|Kabul|Kabul edildi|Paketlendi|Kolilendi|Devreye alındı|Üründe|"
    "Bon|Bonne|Conforme|Accepté|Emballé|Actif|Bueno|Buena|Aceptado|Empacado|Activo|Comisionado|Correcto|Buono|Accettato|Attivo"
    "|Imballato|Goed|Goedgekeurd|Verpakt|Actief|Dobry|Dobra|Dobre|Zaakceptowany|Aktywny|Aktywne|Spakowany|Prawidłowy|Commissionné|Commissionato",
    "label_scrapped": "Rejeitada|Rejeitado|Refugo|Refugada|Descartada|Descartado|Reprovada|Reprovado|Reddedildi|Ret|Red|Iskarta|Hatalı|Bozuk|"
    "Rejeté|Rejetée|Rebut|Non conforme|Mauvais|Rechazado|Rechazada|Desechado|No conforme|Malo|Scartato|Scarto|Respinto"
    "|Non conforme|Afgekeurd|Uitgeworpen|Slecht|Odrzucony|Odrzucone|Odrzucona|Zły|Wadliwy|Étiquette détruite|Etiqueta destruida"
    "|Etichetta distrutta|Etiket vernietigd|Etykieta zniszczona",
    "label_sampled": "Amostra de rótulo|Amostra de etiqueta|Rótulo amostra|Amostra de ajuste|Etiket numunesi|Ayar numunesi|Numune etiket|Kurulum numunesi|"
    "Échantillon étiquette|Muestra etiqueta|Échantillon d'étiquette|Étiquette échantillon|Muestra de etiqueta|Etiqueta muestra|Campione etichetta|Etichetta campione"
    "|Etiketmonster|Próbka etykiety",
    "sampled": "Amostra|Amostrada|Amostrado|Retirada para amostra|Numune|Numune alındı|Örnek|"
    "Échantillon|Échantillonné|Prélevé|Muestra|Muestreado|Campione|Campionato|Prelevato|Monster|Bemonsterd|Próbka|Pobrany do próby"
    "|Pobrano próbkę",
    "destroyed": "Destruída|Destruído|Inutilizada|Inutilizado|İmha|İmha edildi|Yok edildi|"
    "Détruit|Détruite|Mis au rebut|Destruido|Destruida|Distrutto|Distrutta|Vernietigd|Zniszczony|Zniszczone|Zniszczona|Zutylizowany",
    "inactivated": "Inativa|Inativo|Desativada|Desativado|Bloqueada|Pasif|İnaktif|Bloke|Devre dışı|"
    "Inactif|Inactive|Désactivé|Bloqué|Inactivo|Desactivado|Bloqueado|Inattivo|Disattivato|Bloccato|Inactief|Gedeactiveerd"
    "|Geblokkeerd|Nieaktywny|Nieaktywne|Zablokowany|Dezaktywowany",
    "returned_unused": "Não utilizada|Não utilizado|Não usada|Não usado|Sem uso|Disponível|Devolvida|Devolvido|Livre|Kullanılmadı|Kullanılmamış|İade|İade edildi|Boş|Boşta|"
    "Non utilisé|Inutilisé|Disponible|Retourné|Libre|No utilizado|Sin usar|Devuelto|Non utilizzato|Inutilizzato|Disponibile"
    "|Restituito|Non usato|No usado|Ongebruikt|Niet gebruikt|Beschikbaar|Teruggegeven|Vrij|Niewykorzystany|Nieużyty|Dostępny|Zwrócony|Wolny",
    "invalidated": "Inválida|Invalidada|Cancelada|Cancelado|Anulada|Geçersiz|İptal|İptal edildi|"
    "Invalide|Invalidé|Annulé|Inválido|Invalidado|Anulado|Invalido|Invalidato|Annullato|Ongeldig|Geannuleerd|Nieważny|Unieważniony",
    "encoded": "Impressa|Codificada|Em processo|Basıldı|Yazdırıldı|İşlemde|"
    "Imprimé|Imprimée|Encodé|En cours|Impreso|Impresa|Codificado|En proceso|Stampato|Stampata|Codificato|In lavorazione|Geprint|Gedrukt"
    "|Gecodeerd|In bewerking|Wydrukowany|Wydrukowane|Zakodowany|W toku",
}
LEVEL: Mapping[str, str] = {
    "unit": "Unidade|Cartucho|Embalagem unitária|Und|Stuk|Birim|Adet|AD|Kutu|Ürün|Tekil|Enkelstuk|"
    "Unité|Étui|Boîte|Unidad|Estuche|UN|Unità|Astuccio|Confezione|Pezzo|PZ|Eenheid|Doosje|Verpakking|Stuks|Jednostka|Opakowanie|SZT|Sztuka"
    "|UVC|Opakowanie jednostkowe",
    "bundle": "Fardo|Pacote|Maço|Bağ|Shrink|Bohça|Ara paket|Grup|"
    "Fardeau|Paquet|Paquete|Atado|Fardello|Fascio|Bundel|Pakiet|Wiązka",
    "case": "Caixa|CX|Caixa de embarque|Koli|KOL|KOLI|Taşıma kolisi|"
    "Caisse|Colis|Carton|Caja|CJ|Cartone|Collo|CT|Doos|Omdoos|Karton zbiorczy|Opakowanie zbiorcze",
    "pallet": "Palete|PLT|Palet|"
    "Palé|Palet|Tarima|Bancale|Paleta",
}
READ: Mapping[str, str] = {
    "pass": "Aprovado|Aprovada|Boa|Lido|Correta|Başarılı|Geçti|Okundu|İyi|Uygun|Kabul|"
    "BON|Bueno|Buena|Bonne|Conforme|Réussi|Lu|Correcto|Aprobado|Leído|Buono|Superato|Letto|Goed|Geslaagd|Gelezen|Dobry|Zaliczony|Odczytany|Poprawny|Akzeptiert",
    "fail": "Reprovado|Reprovada|Rejeitado|Rejeitada|Falha|Başarısız|Kaldı|Uygun değil|Hatalı|Ret|Uyumsuz|"
    "MAUVAIS|Malo|Mala|Cattivo|Mauvaise|Échec|Non conforme|Rejeté|Incorrecto|Fallo|Rechazado|Fallido|Scarto|Fallito|Errato|Fout|Afgekeurd|Mislukt|Błąd|Niezaliczony|Błędny"
    "|Odrzucony",
    "no_read": "Não lido|Sem leitura|Ilegível|Falha de leitura|Okunamadı|Okunmadı|Okuma yok|"
    "Non lu|Illisible|Pas de lecture|No leído|Sin lectura|Ilegible|Non letto|Illeggibile|Nessuna lettura|Niet gelezen|Onleesbaar|Nieodczytany"
    "|Brak odczytu|Nieczytelny|NO-READ|No Code",
}
PRINT: Mapping[str, str] = {
    "ok": "Impressa|Aprovado|Boa|Basıldı|Yazdırıldı|Başarılı|Tamam|İyi|"
    "Imprimé|Bon|Impreso|Correcto|Stampato|Buono|Geprint|Gedrukt|Goed|Wydrukowano|Wydrukowany|Dobry",
    "setup": "Ajuste de máquina|Setup de linha|Teste|Ayar|Kurulum|Deneme|Deneme baskı|"
    "Réglage|Essai|Ajuste|Prueba|Prova|Regolazione|Instelling|Proefdruk|Ustawianie|Próbny|Wydruk próbny",
    "failed": "Falha|Erro|Falhou|Hata|Başarısız|Hatalı|"
    "Échec|Erreur|Fallo|Errore|Fallito|Fout|Mislukt|Błąd",
}
FLAG: Mapping[str, str] = {
    "true": "Sim|Incompleta|Incompleto|Evet|E|Doğru|Var|Eksik|Kısmi|"
    "Oui|O|Vrai|Sí|Si|S|Verdadero|Sì|Vero|Waar|Tak|Prawda|Incomplet|Partiel|Parcial|Parziale|Gedeeltelijk|Niepełny",
    "false": "Não|Completa|Hayır|H|Yanlış|Yok|Tam|"
    "Non|Faux|No|Falso|Nee|Onwaar|Nie|Fałsz|Complet|Completo|Pieno|Vol|Pełny",
}
