"""What people decided on the desk: splits and merges of stories, which win for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.intake.judge import merge_stories, refresh
from aggregator.store import stories

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.intake.context import Intake
    from aggregator.store.triage import StoryEdit


def apply_edits(intake: Intake, edits: Sequence[StoryEdit], *, now: datetime) -> None:
    """Apply splits and merges (`store.triage.pending_edits`), oldest first.

    An edit of what is there no more changes nothing. Nothing here makes a mail.
    """
    for edit in edits:
        if edit.kind == "split":
            _split(intake, edit, now)
        else:
            _merge(intake, edit, now)
    if edits:
        stories.note_edits_applied(intake.db, edits[-1].id)


def _split(intake: Intake, edit: StoryEdit, now: datetime) -> None:
    db = intake.db
    story_id = stories.resolve(db, edit.story_id)
    members = [item.article_id for item in stories.members(db, story_id)]
    if edit.article_id not in members or len(members) == 1:
        return
    new_id = stories.split(db, edit.article_id, now)
    for other in members:
        if other != edit.article_id:
            stories.add_pair(db, edit.article_id, other, "split")
    stories.decide(
        db,
        article_id=edit.article_id,
        story_id=new_id,
        action="split",
        reason=f"split by {edit.actor}",
        at=now,
    )
    stories.thaw(db, story_id, edit.article_id)
    refresh(intake, story_id)
    refresh(intake, new_id)


def _merge(intake: Intake, edit: StoryEdit, now: datetime) -> None:
    db = intake.db
    if edit.other_id is None:
        return
    one = stories.resolve(db, edit.story_id)
    other = stories.resolve(db, edit.other_id)
    first, _ = stories.representative_of(db, one)
    second, _ = stories.representative_of(db, other)
    if one == other or first is None or second is None:
        return
    stories.add_pair(db, first, second, "join")
    kept = merge_stories(
        intake, one, other, article_id=second, reason=f"merged by {edit.actor}", now=now
    )
    refresh(intake, kept)
