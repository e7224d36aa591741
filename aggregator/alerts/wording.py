"""The words of the mails, in Turkish and English: phrases, dates, lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

PHRASES: dict[str, dict[str, str]] = {
    "tr": {
        "outlets": "{n} yayın",
        "stories": "{n} haber",
        "first": "ilk: {outlet} {time}",
        "agency": "kaynak: {agency}",
        "copies": "+{n} kopya daha",
        "carried": "Yayımlayanlar",
        "open": "Masada aç",
        "irrelevant": "İlgisiz",
        "read": "Haberi oku",
        "late": "Geç bulundu: kaçırılan bir bölüm sonradan tarandı.",
        "cause.watchlist": "Yeni izleme: {names}",
        "cause.outlets": "Haber yayıldı: şimdi {n} yayında",
        "cause.woke": "Haber üç günü aşan bir aradan sonra yeniden yayımlandı",
        "in.title": "başlıkta",
        "in.lead": "spotta",
        "in.text": "metinde",
        "times": "{n} kez",
        "and": "ve",
        "all": "Hepsini gör: {n} haber daha",
        "none": "Eşleşme yok.",
        "none.subject": "eşleşme yok",
        "mailed": "Anında gönderilen: {n} haber (burada yinelenmez).",
        "read.count": "{n} haber okundu",
        "healthy": "{healthy}/{feeds} kaynak sağlıklı",
        "quiet": "sessiz: {names}",
        "failing": "hata veren: {names}",
        "gaps": "boşluk: {names}",
        "stale": "dikkat: son tarama {time}",
        "never": "dikkat: henüz tarama yapılmadı",
        "slot.daily": "Günlük özet",
        "slot.hourly": "Saatlik özet",
        "slot.quiet": "Sessiz saatlerde bulunanlar",
        "slot.storm": "Yoğun saat: bildirimler tek iletide",
        "slot.backlog": "E-posta kesintisinde bekleyenler",
        "slot.notice": "Olağan dışı yoğunluk",
        "spike": "“{title}” bugün olağan dışı yoğun: {today} haber"
        " (son iki haftada günde ortalama {usual})",
        "health.title": "Sistem durumu",
        "health.began": "Yeni sorun",
        "health.changed": "Değişen durum",
        "health.event": "Bilgi",
        "health.lasts": "Süren sorun",
        "health.over": "Giderilen sorun",
        "health.more": "ve {n} satır daha: aggregator status",
        "yesterday": "dün",
        "since": "başlangıç: {time}",
        "trouble.failing": "hata veriyor",
        "trouble.blocked": "erişimi engelliyor",
        "trouble.gone": "kaldırılmış",
        "trouble.quiet": "sessiz: yanıt veriyor ama alışılmıştan uzun süredir yeni"
        " haber yok",
        "trouble.pages": "son {pages} sayfanın {bad} tanesinden metin alınamadı; site"
        " değişmiş olabilir",
        "trouble.outage": "Hiçbir kaynağa ulaşılamıyor: sorun bu makinenin ağ"
        " bağlantısında görünüyor, kaynaklara hata yazılmadı",
        "trouble.disk": "Diskte yer azaldı: {megabytes} MB kaldı",
        "trouble.mail": "İletiler gönderilemiyordu: {reason}",
        "trouble.silent": "“{title}” izlemesi alışılmıştan uzun süredir sessiz:"
        " sorgu ve kaynaklar gözden geçirilmeli",
        "trouble.gap": "Boşluk: {outlet}, {begin}–{end} arasında haber kaçmış olabilir",
        "trouble.dead": "İletilemedi: {to}, “{subject}” – {error}",
        "proof": "Kapsam",
        "test": "Deneme iletisi: e-posta gönderimi çalışıyor.",
        "foot": "Bu ileti {to} adresine şu abonelik kapsamında gönderildi: {reason}.",
        "foot.test": "Bu ileti {to} adresine deneme amacıyla gönderildi.",
        "foot.health": "Bu ileti, sistem sorumlusu olarak kayıtlı {to} adresine"
        " gönderildi.",
        "change": "Değiştirmek veya çıkmak için: {operator}",
        "mode.instant": "anında",
        "mode.hourly": "saatlik özet",
        "mode.daily": "günlük özet, {at}",
        "every": "tüm izlemeler",
    },
    "en": {
        "outlets": "{n} outlets",
        "stories": "{n} stories",
        "first": "first: {outlet} {time}",
        "agency": "source: {agency}",
        "copies": "+{n} more copies",
        "carried": "Published by",
        "open": "Open on the desk",
        "irrelevant": "Irrelevant",
        "read": "Read the article",
        "late": "Found late: a gap was filled afterwards.",
        "cause.watchlist": "New watchlist: {names}",
        "cause.outlets": "The story spread: {n} outlets by now",
        "cause.woke": "The story is back after more than three days",
        "in.title": "in the title",
        "in.lead": "in the lead",
        "in.text": "in the text",
        "times": "{n} times",
        "and": "and",
        "all": "See all: {n} more stories",
        "none": "No match.",
        "none.subject": "no match",
        "mailed": "Mailed at once: {n} stories (not repeated here).",
        "read.count": "{n} articles read",
        "healthy": "{healthy}/{feeds} sources healthy",
        "quiet": "quiet: {names}",
        "failing": "failing: {names}",
        "gaps": "gaps: {names}",
        "stale": "warning: last run {time}",
        "never": "warning: no run yet",
        "slot.daily": "Daily digest",
        "slot.hourly": "Hourly digest",
        "slot.quiet": "Found during quiet hours",
        "slot.storm": "A busy hour: alerts in one mail",
        "slot.backlog": "Held back by a mail outage",
        "slot.notice": "Unusual volume",
        "spike": "“{title}” is unusually busy today: {today} stories"
        " ({usual} a day on average over two weeks)",
        "health.title": "System status",
        "health.began": "New problem",
        "health.changed": "Changed",
        "health.event": "Note",
        "health.lasts": "Ongoing",
        "health.over": "Resolved",
        "health.more": "and {n} more lines: aggregator status",
        "yesterday": "yesterday",
        "since": "since {time}",
        "trouble.failing": "failing",
        "trouble.blocked": "blocking our requests",
        "trouble.gone": "taken down",
        "trouble.quiet": "quiet: it answers, but has had no news for unusually long",
        "trouble.pages": "{bad} of its last {pages} pages gave no text; the site may"
        " have changed",
        "trouble.outage": "No source can be reached: the fault seems to lie in this"
        " machine's network, so none of them is blamed",
        "trouble.disk": "The disk is nearly full: {megabytes} MB left",
        "trouble.mail": "Mail could not be sent: {reason}",
        "trouble.silent": "Watchlist “{title}” has been silent for unusually long:"
        " look over its query and the sources",
        "trouble.gap": "Gap: {outlet}, news between {begin} and {end} may have been"
        " missed",
        "trouble.dead": "Not delivered: {to}, “{subject}” – {error}",
        "proof": "Coverage",
        "test": "Test message: mail gets through.",
        "foot": "Sent to {to} for this subscription: {reason}.",
        "foot.test": "Sent to {to} as a test.",
        "foot.health": "Sent to {to}, the operator's address.",
        "change": "To change or leave it: {operator}",
        "mode.instant": "instant",
        "mode.hourly": "hourly digest",
        "mode.daily": "daily digest, {at}",
        "every": "all watchlists",
    },
}
_ONE = {
    "outlets": "1 outlet",
    "stories": "1 story",
    "copies": "+1 more copy",
    "times": "once",
    "all": "See all: 1 more story",
    "mailed": "Mailed at once: 1 story (not repeated here).",
    "read.count": "1 article read",
    "health.more": "and 1 more line: aggregator status",
}
_MONTHS = {
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "en": "January February March April May June July August September October"
    " November December",
}
_DAYS = {
    "tr": "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}


class Words:
    """The phrases of one language, and times in one zone as seen from one day."""

    def __init__(self, language: str, zone: ZoneInfo, now: datetime) -> None:
        self.language = language if language in PHRASES else "tr"
        self._zone = zone
        self._today = now.astimezone(zone).date()

    def __call__(self, key: str, **values: object) -> str:
        """Return a phrase with its values; English has a singular."""
        if self.language == "en" and values.get("n") == 1 and key in _ONE:
            return _ONE[key]
        return PHRASES[self.language][key].format(**values)

    def time(self, at: datetime) -> str:
        """Return 10:31 for today, dün 10:31 for the day before, else 4 Ocak 10:31."""
        local = at.astimezone(self._zone)
        clock = f"{local:%H:%M}"
        days = (self._today - local.date()).days
        if days == 0:
            return clock
        return f"{self('yesterday') if days == 1 else self.date(at)} {clock}"

    def date(self, at: datetime, *, weekday: bool = False) -> str:
        """Return 6 Ocak, or 6 Ocak Salı."""
        local = at.astimezone(self._zone)
        text = f"{local.day} {_MONTHS[self.language].split()[local.month - 1]}"
        day = _DAYS[self.language].split()[local.weekday()]
        if not weekday:
            return text
        return f"{text} {day}" if self.language == "tr" else f"{day}, {text}"

    def listed(self, parts: Sequence[str]) -> str:
        """Return a, b and c."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self('and')} {parts[-1]}"

    def number(self, value: float) -> str:
        """Return a number with one decimal at most, as the language writes it."""
        text = f"{value:.1f}".removesuffix(".0")
        return text.replace(".", ",") if self.language == "tr" else text
