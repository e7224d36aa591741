"""The desk's addresses. Every view is guarded; a test walks this list."""

from __future__ import annotations

from aggregator.browse import archive
from aggregator.browse.pages import (
    exports,
    home,
    judging,
    pickup,
    report,
    search,
    sources,
    story,
    tokens,
    watchlists,
)

ROUTES = (
    (r"^/$", home.show_home),
    (r"^/hikaye/(?P<story_id>[0-9]{1,18})$", story.show_story),
    (r"^/izleme$", watchlists.show_watchlists),
    (r"^/izleme/(?P<watchlist_id>[a-z0-9-]+)$", watchlists.show_watchlist),
    (r"^/izleme/(?P<watchlist_id>[a-z0-9-]+)\.csv$", exports.watchlist_csv),
    (r"^/izleme/(?P<watchlist_id>[a-z0-9-]+)\.json$", exports.watchlist_json),
    (r"^/izleme/(?P<watchlist_id>[a-z0-9-]+)\.atom$", exports.watchlist_atom),
    (r"^/ara$", search.show_search),
    (r"^/ara\.csv$", exports.search_csv),
    (r"^/ara\.json$", exports.search_json),
    (r"^/ara\.atom$", exports.search_atom),
    (r"^/kaynaklar$", sources.show_sources),
    (r"^/kaynaklar/(?P<feed_id>[a-z0-9-]+)$", sources.show_source),
    (r"^/rapor$", report.show_report),
    (r"^/rapor\.csv$", exports.report_csv),
    (r"^/bultenler$", pickup.show_pickup),
    (r"^/bultenler\.csv$", pickup.pickup_csv),
    (r"^/akislar$", tokens.show_tokens),
    (r"^/akislar/anahtar$", tokens.post_token),
    (r"^/(?P<database>news)(\.(?P<format>json))?$", archive.show_archive),
    (r"^/triyaj$", judging.post_mark),
    (r"^/duzeltme$", judging.post_edit),
    (r"^/gordum$", judging.post_look),
)
