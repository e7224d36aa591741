"""Why a source or a mail fails, in Turkish: other rooms write it in English."""

# ruff: noqa: E501 - a reason and its translation stand on one line.

from __future__ import annotations

import re
from functools import lru_cache

# What fetch, sources, visit, poll, intake, text and channels write into `feeds`,
# `fetches`, `articles`, `outbox` and a run's remarks, as the desk and the health mails
# tell it; `test_desk_faults` reads those rooms and finds what is missing.
# {0} is the first group of a pattern; a group that is a reason itself is told as well.
_FAULTS = {
    # HTTP: what a status means is the same everywhere, its words are not.
    r"HTTP (\d+): a challenge for browsers stands before it": "robot denetimi gösteriyor ({0})",
    r"HTTP (\d+): a challenge for browsers stands before it \((.+)\)": "robot denetimi gösteriyor ({1}, {0})",
    r"HTTP 401: .*": "site giriş istiyor (401)",
    r"HTTP 403: the server refuses us": "site bizi geri çeviriyor (403)",
    r"HTTP 404: .*": "bu adreste bir şey yok (404)",
    r"HTTP 410: .*": "adres kalıcı olarak kaldırılmış (410)",
    r"HTTP 429: .*": "çok sık soruluyor (429)",
    r"HTTP 451: .*": "yasal nedenle kapatılmış (451)",
    r"HTTP 500: .*": "sitenin sunucusunda hata var (500)",
    r"HTTP 502: .*": "sitenin ara sunucusu yanıt alamıyor (502)",
    r"HTTP 503: .*": "site şu anda hizmet veremiyor (503)",
    r"HTTP 504: .*": "sitenin ara sunucusu yanıt bekleyip vazgeçti (504)",
    r"HTTP (\d+): no content": "yanıt boş ({0})",
    r"HTTP (\d+): a part of a document, which was not asked for": "belgenin yalnız bir parçası geldi ({0})",
    r"HTTP (\d+): a difference, which was not asked for": "belge yerine yalnız farkı geldi ({0})",
    r"HTTP (\d+): not modified, though nothing was asked to be": "sorulmadığı hâlde “değişmedi” dendi ({0})",
    r"HTTP (\d+): a redirect that leads nowhere": "hiçbir yere gitmeyen yönlendirme ({0})",
    r"HTTP (4\d\d): .*": "site isteğimizi kabul etmiyor ({0})",
    r"HTTP (5\d\d): .*": "sitenin sunucusunda hata var ({0})",
    r"HTTP (\d+): .*": "beklenmeyen yanıt ({0})",
    r"304 to a first request": "ilk sorguya “değişmedi” yanıtı geldi (304)",
    # Connections.
    r"(\S+) does not answer: no connection within (\S+) s": "{0} yanıt vermiyor: {1} saniyede bağlanılamadı",
    r"(\S+) refuses the connection: Connection refused": "{0} bağlantıyı geri çeviriyor",
    r"(\S+) refuses the connection: (.+)": "{0} ile bağlantı kurulamadı: {1}",
    r"Connection reset by peer": "bağlantı kesildi",
    r"Network is unreachable": "ağa ulaşılamıyor",
    r"No route to host": "sunucuya giden yol yok",
    r"Connection timed out": "süre doldu",
    r"no address": "adres yok",
    r"the name server does not answer for (\S+?)(?: within \S+ s)?": "ad sunucusu (DNS) {0} için yanıt vermiyor",
    r"no address for (?:the host )?(\S+)": "{0} adında bir sunucu bulunamıyor (DNS)",
    r"(\S+) is (\S+), which is not a public address \(allow_hosts\)": "{0} açık internette değil: {1} (allow_hosts)",
    r"(.+) is not a public address \(allow_hosts\)": "{0} açık internette değil (allow_hosts)",
    r"port (\d+) is neither 80 nor 443 nor configured \(allow_hosts\)": "{0} numaralı bağlantı noktasına (port) izin yok (allow_hosts)",
    r"no data for (\S+) s": "{0} saniye boyunca veri gelmedi",
    r"not complete within its whole time \(total_timeout\)": "tanınan sürede bitmedi (total_timeout)",
    r"the connection was cut off": "bağlantı yarıda kesildi",
    r"the body ends too early: fewer bytes than Content-Length says": "yanıt yarıda kesildi (Content-Length)",
    r"no proper HTTP answer: (.+)": "geçerli bir HTTP yanıtı gelmedi ({0})",
    # TLS.
    r"TLS: its certificate has expired": "TLS sertifikasının süresi dolmuş",
    r"TLS: its certificate is not valid yet": "TLS sertifikası henüz geçerli değil",
    r"TLS: its certificate is self-signed": "TLS sertifikası kendinden imzalı",
    r"TLS: its certificate comes from a private authority \(ca_bundle\)": "TLS sertifikası özel bir kurumdan (ca_bundle)",
    r"TLS: the certificate of its authority is missing \(ca_bundle\)": "TLS ara sertifikası eksik (ca_bundle)",
    r"TLS: its certificate is for another (?:host|address)": "TLS sertifikası başka bir adres için",
    r"TLS: what answers there speaks no TLS": "orada TLS konuşan bir sunucu yok",
    r"TLS: it speaks outdated versions only": "yalnız eski TLS sürümleriyle konuşuyor",
    r"TLS: (.+)": "güvenli bağlantı (TLS) kurulamadı: {0}",
    r"the ca_bundle (.+) cannot be read: (.+)": "{0} (ca_bundle) okunamıyor: {1}",
    # Addresses and redirects.
    r"not a web address": "web adresi değil",
    r"redirects to (.+), which is no web address": "web adresi olmayan bir yere yönlendiriyor: {0}",
    r"redirects from https to (.+)": "https’ten korumasız bir adrese yönlendiriyor: {0}",
    r"redirects in a circle, back to (.+)": "kendi üzerine dönen yönlendirme: {0}",
    r"more than (\d+) redirects": "{0} yönlendirmeden fazla",
    # robots.txt.
    r"robots\.txt cannot be read, so nothing may be asked for \(RFC 9309\)": "robots.txt okunamıyor; o okunmadan sorulamaz",
    r"robots\.txt does not allow it": "robots.txt izin vermiyor",
    r"robots\.txt: (.+)": "robots.txt: {0}",
    # Sizes and packing.
    r"more than ([\d,]+) bytes": "izin verilenden büyük: {0} bayttan fazla",
    r"more than ([\d,]+) bytes when unpacked": "açılınca izin verilenden büyük: {0} bayttan fazla",
    r"a gzip file that is broken": "gzip dosyası bozuk",
    r"a broken gzip file: .*": "gzip dosyası bozuk",
    r"a gzip file that ends too early": "gzip dosyası yarıda kesilmiş",
    r"the compressed body ends too early": "sıkıştırılmış yanıt yarıda kesildi",
    r"packed (\d+) times over": "yanıt {0} kat sıkıştırılmış",
    r"packed as (.+), which was not asked for": "istenmemiş bir sıkıştırma: {0}",
    r"not compressed as it says": "söylendiği gibi sıkıştırılmamış",
    # What came instead of a feed.
    r"empty: the server sent nothing": "site boş yanıt gönderdi",
    r"HTML, not a (?:feed|sitemap|listing)": "akış değil, web sayfası geldi",
    r"a challenge for browsers stands before it": "robot denetimi gösteriyor",
    r"a challenge for browsers stands before it \((.+)\)": "robot denetimi gösteriyor ({0})",
    r"a parked domain: the site is gone": "alan adı boşta: site kapanmış",
    r"a maintenance page, not a (?:feed|sitemap|listing)": "bakım sayfası gösteriyor",
    r"a consent page, not a (?:feed|sitemap|listing)": "çerez onayı sayfası gösteriyor",
    r"a login page, not a (?:feed|sitemap|listing)": "giriş sayfası gösteriyor",
    r"a feed without any entry, though it had some": "akış boşalmış: önceki girişlerin hiçbiri yok",
    r"a sitemap, not a feed: use kind: sitemap": "akış değil, site haritası (kind: sitemap)",
    r"neither RSS nor Atom nor JSON Feed": "RSS, Atom ya da JSON Feed değil",
    r"JSON that is broken": "JSON bozuk",
    r"JSON, but no JSON Feed": "JSON, ama JSON Feed değil",
    r"JSON, not a sitemap": "site haritası değil, JSON geldi",
    r"no XML, and not to be read within (\S+) s": "XML değil ve {0} saniyede okunamadı",
    r"XML, but no feed that can be read": "XML, ama okunabilir bir akış değil",
    r"feedparser failed on it: .*": "akış çözümlenemedi",
    r"a broken sitemap: .*": "site haritası bozuk",
    r"a sitemap index without sitemaps": "site haritası dizini boş",
    r"(?:an RSS|an Atom|an RSS 1\.0) feed, not a sitemap: use kind: feed": "site haritası değil, akış (kind: feed)",
    r"a <(.+)> document, not a sitemap": "site haritası değil, <{0}> belgesi",
    r"neither urlset nor sitemapindex in it: not a sitemap": "site haritası değil",
    r"a <(.+)> document, not a listing page": "liste sayfası değil, <{0}> belgesi",
    r"no HTML: there is no body": "HTML değil: gövdesi yok",
    r"no HTML: .*": "HTML olarak okunamıyor",
    r"no entry: nothing fits (.+) among (\d+) links": "haber bulunamadı: {1} bağlantının hiçbiri {0} tanımına uymuyor",
    r"no entry: (\d+) links, none like articles": "haber bulunamadı: {0} bağlantının hiçbiri habere benzemiyor",
    r"list: (.+) is no CSS selector: .*": "list: {0} bir CSS seçicisi değil",
    r"list: (.+) is no pattern: .*": "list: {0} bir kalıp değil",
    # Pages of articles.
    r"an empty page": "sayfa boş",
    r"(.+), not a page": "web sayfası değil: {0}",
    r"(.+) is no CSS selector: .*": "{0} bir CSS seçicisi değil",
    r"a test for browsers stands before the page": "sayfanın önünde robot denetimi var",
    r"not read within (\d+) s": "{0} saniyede okunamadı",
    r"the page ended its worker process": "sayfa, okuyan süreci çökertti",
    r"its feed left the configuration": "kaynağı artık izlenmiyor",
    # Mistakes of this program.
    r"unexpected (\w+): .*": "programda beklenmeyen hata ({0}); bildirin",
    r"(\w+(?:Error|Exception))\(.*\)": "programda beklenmeyen hata ({0}); bildirin",
    # Mail and web hooks; after the colon the server's own words follow.
    r"mail server (\S+): (.+)": "posta sunucusu {0}: {1}",
    r"webhook (\S+): (.+)": "webhook {0}: {1}",
    r"ping (\S+): (.+)": "çalışma bildirimi (ping) {0}: {1}",
    r"no answer in time": "süresinde yanıt gelmedi",
    r"Connection unexpectedly closed(?:: .*)?": "bağlantı beklenmedik biçimde kapandı",
    r"certificate refused: (.+)": "TLS sertifikası kabul edilmedi: {0}",
    r"certificate has expired": "süresi dolmuş",
    r"self-signed certificate": "kendinden imzalı",
    r"unable to get local issuer certificate": "ara sertifika eksik (ca_bundle)",
    r"(?:Hostname|IP address) mismatch, certificate is not valid for .*": "başka bir adres için",
    r"(?:\d+ )?STARTTLS refused: (.+)": "STARTTLS geri çevrildi: {0}",
    r"the server does not offer it: (.+)": "sunucuda yok: {0}",
    r"STARTTLS extension not supported by server\.": "STARTTLS",
    r"no log-in over an unencrypted line": "şifresiz bağlantıda oturum açılmaz",
    r"the variable that password_env names is not set": "password_env ile belirtilen ortam değişkeni tanımlı değil",
    r"the variable (\S+) is not set": "{0} ortam değişkeni tanımlı değil",
    r"user name and password of a log-in must be ASCII": "kullanıcı adı ve parola yalnız ASCII karakter içerebilir",
    r"this is no name of a host": "geçerli bir sunucu adı değil",
    r"ca_bundle (\S+): (.+)": "{0} (ca_bundle): {1}",
    r"https is required": "https gerekli",
    r"(?:the line was lost|no answer)(?: after DATA)?: .*": "bağlantı gönderim sırasında koptu",
    r"(\S+): not a mail address": "e-posta adresi değil: {0}",
    r"(.+): redirects are not followed": "yönlendirme izlenmez ({0})",
    r"its address is not configured any more": "adresi artık feeds.yaml dosyasında yok",
    r"no longer subscribed": "artık abone değil",
    r"the story was removed": "haber arşivden silinmiş",
    # The system's own words.
    r"\[Errno -?\d+\] (.+)": "{0}",
    r"Connection refused": "bağlantı geri çevriliyor",
    r"(?:Name or service not known|No address associated with hostname)": "bu adda bir sunucu bulunamıyor (DNS)",
    r"Temporary failure in name resolution": "ad sunucusu (DNS) yanıt vermiyor",
    r"No space left on device": "diskte yer yok",
    r"Permission denied": "izin yok",
    r"Read-only file system": "disk yalnız okunabiliyor",
    r"No such file or directory": "dosya yok",
    # What a run remarks about itself, by the name of what it is about.
    r"(\S+): (\d+) old items came again as new ones; stored without alerts": "{0}: {1} eski giriş yeniymiş gibi geldi; bildirimsiz kaydedildi",
    r"(\S+) moved to the address of (\S+) and is not asked any more: take it out of feeds\.yaml": "{0}, {1} kaynağının adresine taşındı, artık sorulmuyor: feeds.yaml dosyasından çıkarın",
    r"related stories are found by words alone: .*": "ilişkili haberler yalnız sözcüklerle bulunuyor: anlam modeli kullanılamıyor",
    r"article (\d+): (.+)": "{0} numaralı haber: {1}",
    r"database is locked": "veritabanı kilitli",
    r"file is not a database": "bu bir veritabanı değil",
    r"database disk image is malformed": "veritabanı bozulmuş",
    r"(.+?): (\w+(?:Error|Exception)): .*": "{0}: programda beklenmeyen hata ({1}); bildirin",
    # What was odd about a feed that could be read.
    r"repeated guids": "yineleyen kimlikler (guid)",
    r"not well-formed, repaired": "biçimi bozuk, onarıldı",
    r"not well-formed": "biçimi bozuk",
    r"with a DTD": "DTD içeriyor",
    r"odd: .*": "biçimi alışılmadık",
    r"was UTF-8 encoded twice, repaired": "iki kez UTF-8 kodlanmıştı, onarıldı",
    r"was (\S+) read as (\S+), repaired": "{0}, {1} sanılmıştı, onarıldı",
    r"(\d+) bytes are not UTF-8 and were replaced": "UTF-8 olmayan {0} bayt vardı",
    r"declared (.+), is UTF-8": "{0} deniyor, UTF-8 çıktı",
    r"declared (.+), read as (\S+)": "{0} deniyor, {1} olarak okundu",
    r"longer than (\d+) bytes, cut": "{0} bayttan uzun, kesildi",
    r"no entries yet": "henüz giriş yok",
    r"text before the feed": "akıştan önce başka metin var",
    r"control characters": "denetim karakterleri atıldı",
    r"none of (\d+) addresses can be an article": "{0} adresin hiçbiri haber değil",
    r"moved permanently to (\S+)": "kalıcı olarak taşındı: {0}",
    r"moved to the address of (\S+) and is not asked any more": "{0} kaynağının adresine taşındı, artık sorulmuyor",
    # A fault of something named: a feed, a file, an address.
    r"(\S+): (.+)": "{0}: {1}",
}
_PATTERNS = tuple((re.compile(one, re.DOTALL), _FAULTS[one]) for one in _FAULTS)


def tell_fault(fault: str, language: str) -> str:
    """Return a fault in the reader's language, 'tr' or 'en'; an unknown one as it is."""
    return fault if language == "en" else in_turkish(fault)


@lru_cache(maxsize=1000)
def in_turkish(fault: str) -> str:
    """Return a fault in Turkish, an unknown one as it stands."""
    for pattern, told in _PATTERNS:
        found = pattern.fullmatch(fault)
        if found is not None:
            return told.format(*map(_told_part, found.groups()))
    return fault


def _told_part(part: str) -> str:
    """Return a part of a fault: a number as Turkish groups it, or a fault itself."""
    return part.replace(",", ".") if re.fullmatch(r"[\d,]+", part) else in_turkish(part)
