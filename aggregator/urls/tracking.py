"""Parameters that say how a reader came, or how a page is to be shown: no part of it.

Only what is named here is dropped. The names are those that the vendors document; a
parameter that some outlet could use for its articles needs a telling value as well.
"""

from __future__ import annotations

import re

_PREFIXES = (
    # Google, Matomo, AT Internet, Adobe, HubSpot, Parse.ly, Mailchimp, Comscore …
    *("utm_", "mtm_", "matomo_", "piwik_", "pk_", "at_", "ga_", "gad_", "gaa_", "_ga"),
    *("hsa_", "_hs", "__hs", "ns_mchannel", "ns_campaign", "ns_source", "ns_linkname"),
    *("fb_action_", "fb_source", "fb_ref", "fb_comment_id", "__cft__", "__twitter_"),
    *(
        "vero_",
        "oly_",
        "ml_subscriber",
        "ck_subscriber",
        "_branch_",
        "bsft_",
        "elqtrack",
    ),
    # Yandex, VK and Mail.ru; translators; caches of AMP.
    *("_ym_", "ym_uid", "openstat_", "roistat", "vk_", "mt_click", "_x_tr_", "amp_"),
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NAMES = _set(
    """
    fbclid gclid gclsrc gbraid wbraid dclid msclkid twclid ttclid li_fat_id epik sccid
    rdt_cid igshid igsh mibextid __tn__ _gl _gac srsltid sxsrf ved usg sca_esv gs_lcrp
    yclid ysclid ymclid yadclid yadordid ybaip _openstat vkclid rb_clickid admitad_uid
    clckid mc_cid mc_eid mc_tc mkt_tok wickedid s_kwcid ef_id cvid oicd wt.mc_id wt_mc
    wt.mc_ev tblci taboolaclickid ob_click_id oborigurl dicbo irclickid cjevent zanpid
    guccounter guce_referrer guce_referrer_sig _kx trkcampaign tracking_source wprov
    sb_referer_host sr_share hss_channel soc_src soc_trk wpsrc wpisrc wpmm smid smtyp
    nr_email_referer mbid emci emdi sfmc_id dm_i adj_t adjust_tracker af_sub spm
    isappinstalled doing_wp_cron replytocom insider_id hsctatracking usqp twsrc
    noamp nonamp isamp is_amp cfid nocache adtrackid ins_sr ssp_iabi
    """
)
# These say how a reader came only with a value of _WAY; else they may name an article.
_WAYS = _set(
    """
    ref refer referer referrer source src from via partner share shared cmp cmpid
    campaign medium channel kaynak trk ncid icid ocid emc utm rss feature from_source
    """
)
_WAY = re.compile(
    r"(?:rss|feed|atom|ana-?sayfa|home(?:page)?|manset|surmanset|slider|son-?dakika"
    r"|sosyal|social|twitter|push|facebook|instagram|telegram|whatsapp|linkedin|google"
    r"|google-?news|newsletter|nl|bulten|share|sharing|email|mobile?|widget|sidebar|yandex"
    r"|yandex-?news|dzen|vk|ok|mailru|mynet|haberler|bundle|onedio|msn\w*|internal"
    r"|related|ilgili-?haber(?:ler)?|benzer-?haber(?:ler)?|fb|tw|ig|wa|x|t\.co|public_post"
    r"|singlemessage|timeline|(?:www\.)?(?:google|yandex|facebook|bing)\.[a-z.]{2,6})"
    r"(?:[-_](?:share|rss|feed|btn_\w+|push|app|button))?|share_\w+",
    re.IGNORECASE,
)
_XTOR = re.compile(r"[a-z]{2,6}\d*-.*", re.IGNORECASE)
# By name and shape: a word such as `session` with a short value may be an article's id.
_SESSION_NAMES = re.compile(
    r"(?:phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|session_?id|sess(?:ion)?"
    r"|oturum|cftoken|zenid|oscsid)\Z"
)
_SESSION_VALUE = re.compile(r"[0-9a-f-]{16,}\Z", re.IGNORECASE)
_OWN_SESSION_VALUE = re.compile(r"[0-9a-z!.,_-]{16,}\Z", re.IGNORECASE)
_SWITCHED_ON = frozenset(("", "1", "true", "yes"))
_FORMS = _set("output outputtype view type format mode version action layout tmpl")
_FORM = _set("amp print printable mobile mobil yazdir component")
_SWITCHES = frozenset(("m", "mobile", "mobil", "print", "yazdir", "printable", "rss"))
_PAGES = frozenset(("page", "sayfa"))


def is_tracking(name: str, value: str) -> bool:
    """Say whether a parameter is no part of an address, whatever the page.

    Args:
        name: in lower case, decoded.
        value: decoded.
    """
    if name in _NAMES or name.startswith(_PREFIXES):
        return True
    if name in _WAYS:
        return _WAY.fullmatch(value) is not None
    if name in _FORMS:
        return value.lower() in _FORM
    if name == "amp":
        return value.lower() in _SWITCHED_ON
    return _is_shaped(name, value)


def is_view(name: str, value: str) -> bool:
    """Say whether a parameter asks for another view, or the first part, of a page.

    It may be dropped where something else names the page: `haber.php?m=1` may be the
    first article, `haber.php?id=5&m=1` and `/haber-5?m=1` are phones' views.
    """
    if name in _SWITCHES:
        return value == "0" or value.lower() in _SWITCHED_ON
    return value == "1" and name in _PAGES


def _is_shaped(name: str, value: str) -> bool:
    """Say whether a value has the shape of what its name promises."""
    if name == "xtor":
        return _XTOR.fullmatch(value) is not None
    if name == "ref_src":
        return value.startswith("twsrc")
    if name == "ref_url":
        return value.startswith("http")
    if name == "_":  # a clock against caches
        return len(value) > 9 and value.isdecimal()
    if _SESSION_NAMES.match(name):
        own = not name.startswith(("sess", "oturum"))  # a name no site gives an article
        return bool((_OWN_SESSION_VALUE if own else _SESSION_VALUE).match(value))
    return False
