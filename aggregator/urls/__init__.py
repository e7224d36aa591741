"""Addresses as keys: which of them lead to the same page, and which are one site.

The rules are those of the press measured on pairs of real addresses: only *named*
tracking is dropped, because old .aspx and .php sites live on parameters that look like
waste (`sid`, `cid`, `n`, `source`).
"""

from __future__ import annotations

from aggregator.urls.hooks import hide_key
from aggregator.urls.keys import canonical_url, is_home, item_key, skip_detour
from aggregator.urls.links import has_secret, mask_url, resolve_link, safe_link
from aggregator.urls.sites import host_of, same_site

__all__ = [
    "canonical_url",
    "has_secret",
    "hide_key",
    "host_of",
    "is_home",
    "item_key",
    "mask_url",
    "resolve_link",
    "safe_link",
    "same_site",
    "skip_detour",
]
