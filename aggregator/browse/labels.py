"""Turkish words for the values that the database keeps in English."""

from __future__ import annotations

FIELDS = {"title": "başlık", "lead": "spot", "text": "metin"}
SCRAPE_STATES = {
    "pending": "sayfası bekleniyor",
    "full": "tam metin",
    "feed_only": "yalnız akıştaki metin",
    "thin": "kısa metin",
    "list_page": "liste sayfası",
    "blocked": "sayfa engelli",
    "refused": "robots.txt izin vermiyor",
    "failed": "sayfa okunamadı",
}
DELIVERIES = {
    "instant": "anında",
    "digest": "bülten",
    "followup": "gelişme",
    "health": "durum",
    "test": "deneme",
}
ACTIONS = {
    "joined": "katıldı",
    "alone": "yeni hikâye",
    "merged": "birleştirildi",
    "split": "ayrıldı",
    "moved": "taşındı",
}
LANGUAGES = {
    "tr": "Türkçe",
    "az": "Azerbaycanca",
    "en": "İngilizce",
    "ru": "Rusça",
    "de": "Almanca",
    "uk": "Ukraynaca",
}
CATEGORIES = {
    "municipal": "belediye",
    "press": "basın",
    "agency": "ajans",
    "government": "kamu",
}
FEED_KINDS = {"feed": "akış", "sitemap": "site haritası", "html": "liste sayfası"}
RESULTS = {
    "parsed": "okundu",
    "unchanged": "değişmemiş",
    "failed": "hata",
    "skipped": "sorulmadı",
}
LOOKUPS = {
    "exact": "=",
    "not": "≠",
    "contains": "içerir",
    "notcontains": "içermez",
    "endswith": "ile biter",
    "startswith": "ile başlar",
    "gt": ">",
    "gte": "≥",
    "lt": "<",
    "lte": "≤",
    "like": "kalıba uyar",
    "notlike": "kalıba uymaz",
    "glob": "glob kalıbına uyar",
    "in": "listede var",
    "notin": "listede yok",
    "arraycontains": "dizi içerir",
    "arraynotcontains": "dizi içermez",
    "date": "günü",
    "isnull": "boş değerli",
    "notnull": "değeri var",
    "isblank": "boş",
    "notblank": "dolu",
}
