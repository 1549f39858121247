"""Leaves out of an article's lines what sites set between and below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.feeds.boilerplate import is_byline, trimmed
from bot.feeds.links import is_story_link
from bot.models import Block, BlockKind

_MAX_LINE = 300
"""Characters; what is longer is the article's own, whatever it opens with."""
_MIN_PROSE = 80
_MAX_HEADING = 90
_BEFORE_END = 0.6
"""Share of an article above a line that ends it; a line further up parts it."""

# What sites set over links to other stories, and above what readers write.
_ELSEWHERE = re.compile(
    r"\W*(?:"
    r"(?:related|recommended|popular|trending|latest|recent|top|more|similar|other)"
    r"(?: \w+){0,2} (?:articles?|stor(?:y|ies)|posts?|news|content|topics|links|reading|videos?"
    r"|reads)"
    r"|related|recommended|trending|most (?:read|popular|viewed)(?: \w+){0,3}"
    r"|you (?:may|might|could) (?:also )?(?:like|be interested in|enjoy)|more (?:from|on|about) .+"
    r"|more like this|see also|read (?:next|more|also)|don[’']t miss|keep reading"
    r"|(?:leave|post|add|write) a (?:comment|reply)|(?:\d+ )?comments?(?: \(\d+\))?"
    r"|join the (?:conversation|discussion)|about the authors?"
    r"|voc[êe] (?:pode|tamb[ée]m pode) .*gostar.*|leia (?:tamb[ée]m|mais)|veja (?:tamb[ée]m|mais)"
    r"|(?:artigos|not[íi]cias|mat[ée]rias|posts) relacionad[oa]s|relacionad[oa]s|coment[áa]rios"
    r"|(?:tambi[ée]n )?te (?:puede|podr[íi]a) interesar|lee tambi[ée]n|(?:m[áa]s )?noticias"
    r" relacionadas|ver tambi[ée]n|art[íi]culos relacionados|comentarios|deja un comentario"
    r"|(?:[àa] )?lire aussi|voir aussi|sur le m[êe]me (?:sujet|th[èe]me)|articles? (?:similaires"
    r"|li[ée]s|associ[ée]s)"
    r"|(?:laisser un )?commentaires?|vous aimerez (?:aussi|peut-[êe]tre).*"
    r"|das k[öo]nnte (?:sie|dich) (?:auch )?interessieren|mehr zum thema|(?:lesen sie"
    r"|lies) (?:auch|mehr)"
    r"|[äa]hnliche (?:artikel|beitr[äa]ge)|(?:verwandte|weitere) (?:artikel|beitr[äa]ge|themen"
    r"|meldungen)"
    r"|kommentare?(?: schreiben)?|schreibe einen kommentar|zum thema"
    r"|potrebbe(?:ro)? (?:anche )?interessarti|leggi anche|articoli correlati|ti potrebbe.*"
    r"|commenti"
    r"|lees (?:ook|meer|verder)|gerelateerd(?:e .+)?|meer over .+|reacties"
    r"|czytaj (?:te[żz]|tak[żz]e|r[óo]wnie[żz])|komentarze|zobacz (?:te[żz]|tak[żz]e|r[óo]wnie[żz])"
    r"|читайте также|похожие .+|комментарии|по теме|смотрите также"
    r"|関連(?:記事|リンク|ニュース)?|相关(?:阅读|新闻|文章)|延伸閱讀|相關(?:新聞|文章)"
    r"|관련 ?(?:기사|뉴스)"
    r")\W*",
    re.IGNORECASE,
)
# A label before the title of another story, in one line.
_LEADS_ON = re.compile(
    r"\W*(?:read (?:more|also|next|this)|related(?: \w+){0,2}|see also|also read|also see|more"
    r"|watch(?: now| also)?"
    r"|listen|don[’']t miss|must[ -]read|recommended|click here|check out|further reading"
    r"|leia (?:tamb[ée]m|mais)|veja (?:tamb[ée]m|mais)|saiba mais|lee tambi[ée]n|lea tambi[ée]n"
    r"|leer m[áa]s"
    r"|(?:[àa] )?lire (?:aussi|[ée]galement)|voir aussi|lesen sie (?:auch|mehr)|mehr zum thema"
    r"|leggi anche"
    r"|lees ook|czytaj (?:te[żz]|tak[żz]e|r[óo]wnie[żz])|baca juga|читайте также|см\. также)"
    r"\s*[:>»|►→–—-]+\s*\S.*",
    re.IGNORECASE,
)
# Labels, calls and notes, each a line of its own.
_AROUND = re.compile(
    r"\W*(?:"
    r"(?:image|photo|slide|picture|bild|foto)\s*:?\s*\d+\s*(?:of|/|von|de|di)\s*\d+.*"
    r"|(?:last |first )?(?:updated|published|posted|modified)(?: at| on|:)? ?[^.]{0,30}"
    r"(?:\d{4}|\d:\d\d)[^.]{0,25}(?:[ap]\.m\.)?"
    r"|adverti[sz]ements?(?: - .+)?|advert|ad|(?:story|article) continues(?: below| after)?.*"
    r"|(?:click|tap|scroll) (?:here|down|up)\b.*|(?:play|watch|pause)(?: the)? video.*"
    r"|videos?|photos?|(?:photo )?gallery|loading|comments?|newsletters?|tags?|sponsored(?: .+)?"
    r"|\d+ min(?:ute)?s? read|\d+\s*(?:shares?|comments?|views?|likes?)"
    r"|share(?: this)?(?: (?:on|via|article|story|post)\b.*)?"
    r"|(?:share|tweet|pin|e-?mail|print)(?:\W+(?:share|tweet|pin|e-?mail|print))+"
    r"|(?:please )?(?:subscribe|sign[ -]up|register|join)\b.{0,200}\b(?:newsletters?|inbox|updates"
    r"|alerts|channel|subscribe|subscribers|magazine|e-?mails?)\b.*"
    r"|(?:please )?subscribe(?: (?:to|for|now|today)\b.*)?|follow us(?: on .+)?|to subscribe\b.*"
    r"|(?:get|receive) .{0,120}\b(?:inbox|newsletters?|e-?mail|alerts|delivered)\b.*"
    r"|(?:follow|like|find|join|connect with)\s+(?:@?[\w.]+(?:,? \w+){0,4})\s+(?:on|at|via)\s"
    r"+(?:our )?(?:twitter|facebook|instagram|x\b|linkedin|telegram|youtube|whatsapp|google"
    r"|threads|bluesky|mastodon|tiktok|flipboard|@).*"
    r"|(?:e-?mail|contact|write to|reach)\b.{0,80}\bat\b.{0,40}@.*"
    r"|(?:have a|got a|send (?:us|me) a?) ?(?:news )?(?:tips?|story)\b.*"
    r"|copyright\s+(?:©|\(c\)|\d{4}).*|(?:©|\(c\)\s*\d).*|all rights reserved\b.*"
    r"|this material may not be published, broadcast.*"
    r"|(?:view|see|show|load) (?:all|more|full|the full)\b.{0,60}"
    r"|(?:view|post|show|hide|add) comments?.*|privacy policy.*|terms of (?:use|service).*"
    r"|thank(?:s| you) for (?:subscribing|signing up|reading)\b.*"
    r"|by (?:signing up|subscribing|submitting)\b.*|your e-?mail address.*|e-?mail address.*"
    r"|tell us what you think|what do you think\?.{0,80}|let us know in the comments.{0,100}"
    r")\W*",
    re.IGNORECASE,
)


def article_lines(blocks: Sequence[Block], title: str) -> tuple[Block, ...]:
    """Return the article's own lines: no title, byline, label, or list of other stories."""
    kept = list(_own(_before_end(blocks), _letters(title)))
    while kept and kept[-1].kind is BlockKind.HEADING:
        kept.pop()
    return tuple(_from_prose(kept))


def _before_end(blocks: Sequence[Block]) -> Sequence[Block]:
    """Cut off what a site sets below an article, from the heading on that says so."""
    total = sum(len(block.text) for block in blocks)
    above = 0
    for place, block in enumerate(blocks):
        if above >= total * _BEFORE_END and _is_elsewhere(block):
            return blocks[:place]
        above += len(block.text)
    return blocks


def _is_elsewhere(block: Block) -> bool:
    return (
        block.kind is not BlockKind.ITEM
        and len(block.text) <= _MAX_HEADING
        and bool(_ELSEWHERE.fullmatch(block.text))
    )


def _own(blocks: Sequence[Block], title: str) -> Iterator[Block]:
    for block in blocks:
        if len(block.text) > _MAX_LINE:
            yield block
        elif _is_around(block) or (title and _letters(block.text) == title):
            continue
        elif block.kind is not BlockKind.PARAGRAPH:
            yield block
        elif told := trimmed(block.text):
            yield block if told == block.text else replace(block, text=told)


def _is_around(block: Block) -> bool:
    text = block.text
    if _is_elsewhere(block) or _AROUND.fullmatch(text) or _LEADS_ON.fullmatch(text):
        return True
    return block.kind is BlockKind.PARAGRAPH and (is_story_link(text) or is_byline(text))


def _from_prose(blocks: Sequence[Block]) -> Sequence[Block]:
    """Cut off the labels, dates and names above an article's first sentence."""
    for place, block in enumerate(blocks):
        if len(block.text) >= _MIN_PROSE or block.text[-1] in '.!?…”":;。！？»':
            return blocks[place:]
        if block.kind is BlockKind.HEADING or block.kind is BlockKind.ITEM:
            return blocks[place:]
    return blocks


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
