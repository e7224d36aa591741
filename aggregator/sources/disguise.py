"""Documents that stand where a feed should be: challenges, logins, apologies, pages.

Each is named for what it is, so that the operator can act (polling.md 39, 42, 95).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEAD = 65_536  # characters looked at

# Texts of the products that stand before sites. What a person reads is judged only
# together with a mark of the machine: an article may quote "Just a moment".
_CHALLENGES = (
    (
        re.compile(r"/cdn-cgi/challenge-platform/|_cf_chl_opt|cf-browser-verification"),
        "Cloudflare",
    ),
    (
        re.compile(
            r"<title>\s*(Just a moment|Bir dakika lütfen|Bir dəqiqə|Один момент)"
        ),
        "Cloudflare",
    ),
    (re.compile(r"<title>\s*Attention Required! \| Cloudflare"), "Cloudflare"),
    (re.compile(r"_Incapsula_Resource|Incapsula incident ID"), "Imperva"),
    (re.compile(r"captcha-delivery\.com|geo\.captcha-delivery"), "DataDome"),
    (re.compile(r"<title>\s*DDOS-GUARD|/\.well-known/ddos-guard/"), "DDoS-Guard"),
    (re.compile(r"sucuri_cloudproxy_js|<title>\s*Sucuri WebSite Firewall"), "Sucuri"),
    (re.compile(r"AwsWafIntegration|awswaf\.com/[^\"']*challenge"), "AWS"),
    (re.compile(r"/_guard/html\.js|slowAES\.decrypt\("), "a script"),
    (
        re.compile(r"(?i)<title>\s*(access denied|erişim engellendi)\s*</title>"),
        "the server's own guard",
    ),
)
_LOGIN = re.compile(r"""(?i)<input[^<>]+type\s*=\s*["']?password""")
_CONSENT = re.compile(
    r"(?i)<title>[^<]*(consent|çerez (onayı|tercihleri)|cookie (consent|settings))"
)
_MAINTENANCE = re.compile(
    r"(?i)\bsite(?:miz|si)? (?:şu anda )?bakımda|"
    r"<(?:title|h1)\b[^>]*>[^<]*(bakım(da|dayız| çalışması| modu|\s*<)|maintenance|"
    r"yapım aşamasında|under construction|texniki işlər|технические работы|"
    r"техническ\w+ обслуживан\w+)"
)
_PARKED = re.compile(
    r"(?i)(<title>[^<]*(domain (is )?(for sale|parked)|satılık (alan adı|domain))|"
    r"sedoparking|parkingcrew|bodis\.com)"
)
_HTML = re.compile(r"(?i)<(!doctype\s+html|html\b)")
_INK = re.compile(r"\S")
# What may stand before the root of a document: declarations and comments.
_ASIDES = (("<?", "?>"), ("<!--", "-->"))
_FEED_ROOT = re.compile(
    r"<(?:[\w-]{1,20}:)?(rss|feed|RDF|urlset|sitemapindex|channel|CHANNEL)[\s>]"
)


@dataclass(frozen=True, slots=True)
class Disguise:
    """What a document is instead of a feed, and the state that its feed gets."""

    message: str
    state: str = "failing"


def skip_prolog(text: str) -> int:
    """Return where a document begins, behind blanks, declarations and comments."""
    # Not one pattern: repeated lazy parts took for ever on thirty comments in a row.
    at = 0
    while True:
        ink = _INK.search(text, at)
        at = ink.start() if ink else len(text)
        closing = next(
            (end for start, end in _ASIDES if text.startswith(start, at)), ""
        )
        end = text.find(closing, at) if closing else -1
        if end < 0:
            return at
        at = end + len(closing)


def find_challenge(text: str) -> str | None:
    """Name the challenge for browsers that a page is, None when it is none."""
    head = text[:_HEAD]
    for pattern, guard in _CHALLENGES:
        if pattern.search(head):
            return f"a challenge for browsers stands before it ({guard})"
    return None


def find_disguise(text: str) -> Disguise | None:
    """Name what a document is that should be XML or JSON; None: it may be a feed."""
    head = text[:_HEAD]
    if not head.strip("\ufeff\0 \t\r\n"):
        return Disguise("empty: the server sent nothing")
    tags = re.search(r"(?i)<(html|head|body)\b", head)
    feed = _FEED_ROOT.search(head)
    start = head.lstrip("\ufeff")
    starts = _HTML.match(start, skip_prolog(start))
    # A feed under an HTML doctype is one; a page that shows a feed's text is none.
    if (feed and not (starts and tags)) or not (feed or starts or tags):
        return None
    return find_refusal(head) or Disguise("HTML, not a feed")


def find_refusal(text: str) -> Disguise | None:
    """Name the page that a site shows instead of what was asked for, if it does."""
    head = text[:_HEAD]
    if challenge := find_challenge(head):
        return Disguise(challenge, "blocked")
    if _PARKED.search(head):
        return Disguise("a parked domain: the site is gone")
    if _MAINTENANCE.search(head):
        return Disguise("a maintenance page, not a feed")
    if _CONSENT.search(head):
        return Disguise("a consent page, not a feed", "blocked")
    if _LOGIN.search(head):
        return Disguise("a login page, not a feed", "blocked")
    return None
