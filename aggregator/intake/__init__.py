"""What happens to an entry, a page and an archive: identity, match, story, outbox.

Everything here runs in the main process, inside a transaction of the caller, and is the
one way by which articles come into the store:

    context   what a run holds open: store, configuration, compiled watchlists
    entries   a feed's entries -> articles (identity, sightings, edits, re-issues)
    pages     a scraped page -> the article's text
    judge     an article's text -> matches, story, outbox
    archive   matching again after a watchlist changed
    edits     what people decided on the desk about stories
"""
