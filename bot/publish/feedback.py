"""Pure: the form that asks what is wrong with an explainer, and the thanks."""

from __future__ import annotations

from typing import Any

from bot.models import Objection
from bot.publish import layout
from bot.words import tr

CUSTOM_ID = r"feedback:(?P<story>[0-9]{1,18}):(?P<verdict>up|down)"
FORM_ID = r"feedback:(?P<story>[0-9]{1,18}):why"
REASON, COMMENT = "reason", "comment"
MOST = 500
"""Characters of a comment."""


def form(story_id: int) -> dict[str, Any]:
    """Ask what is wrong; what is filled in comes under the names `REASON` and `COMMENT`."""
    reasons = [layout.option(_reason(one), one.value) for one in Objection]
    hint = tr("What should it have said?")
    return layout.form(
        tr("What is wrong with it?"),
        f"feedback:{story_id}:why",
        layout.field(tr("The explainer …"), layout.select(REASON, reasons)),
        layout.field(
            tr("In your own words (if you like)"),
            layout.text_input(COMMENT, hint=hint, most=MOST, needed=False, long=True),
            about=tr("Whoever runs this bot reads it."),
        ),
    )


def _reason(objection: Objection) -> str:
    match objection:
        case Objection.WRONG:
            return tr("… says something wrong")
        case Objection.MISSING:
            return tr("… leaves out what matters")
        case Objection.OLD:
            return tr("… is out of date")
        case Objection.ELSEWHERE:
            return tr("… is not about this story")
        case Objection.OTHER:
            return tr("Something else")


def thanks() -> str:
    """Thank for praise."""
    return tr("👍 Thank you, that is noted.")


def noted() -> str:
    """Thank for an objection."""
    return tr(
        "🙏 Thank you. Whoever runs this bot can read it. `/privacy` shows and deletes what is "
        "kept about you."
    )
