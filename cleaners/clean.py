"""The pipeline: what clean_html and clean_text do, from top to bottom."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaners import documents, shapes
from cleaners.addresses import base_of, site_of, with_full_links
from cleaners.archives import unpack
from cleaners.charset import Decoded, decode, notes_on
from cleaners.language import language_of, normalise_code
from cleaners.rules import Rules
from cleaners.sweep import Fate, Swept, drop_duplicates, removal, sweep
from cleaners.text import read_text
from cleaners.threads import first_comments, threads
from cleaners.types import Article, Block, Removal
from cleaners.verdict import Impression, judge_article

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cleaners.memory import SiteMemory
    from cleaners.page import Draft, Page

_TITLE_WORDS = 30
PHRASE_WORDS = 14
_TITLE_REACH = 5
_HEADLINE_WORDS = (4, 2)
_VALUES_OF_BLOCK = attrgetter(*(field.name for field in fields(Block)))
_PLACE_OF_SCORE = [field.name for field in fields(Block)].index("score")


class LaidOut(NamedTuple):
    """All blocks of a page, what becomes of those that are not its article's, and what the page looks like."""

    blocks: list[Block]
    gone: dict[int, Fate]
    impression: Impression


def clean_html(
    html: bytes | str,
    *,
    url: str | None = None,
    charset: str | None = None,
    rules: Rules | None = None,
    memory: SiteMemory | None = None,
    fields: Iterable[str] | None = None,
) -> Article:
    """Clean a web page into its article, and say what was removed and why.

    A page saved as one file (MHTML), or an e-mail, is unpacked: the first HTML in it is the page. `charset` is
    the one of the HTTP header; `rules` are `Rules.default()` unless given; `memory` knows what the site repeats
    and is only read. `fields` names the metadata wanted (title, authors, published, site_name, description,
    image), all unless given: an empty one saves time.

    Raises ParseError for what is no HTML document, cannot be decoded, or is beyond the limits.
    """
    rules = (rules or Rules.default()).for_site(site_of(url or ""))
    decoded = _decoded(html, charset)
    article = _clean_markup(decoded.text, url or "", rules, memory, fields)
    notes = notes_on(decoded, charset)
    return replace(article, notes=(*article.notes, *notes)) if notes else article


def _decoded(html: bytes | str, charset: str | None) -> Decoded:
    """Return the markup of a page; raise ParseError where there is none."""
    if not isinstance(html, bytes | str):
        raise TypeError(f"a page is bytes or str, not {type(html).__name__}")
    if isinstance(html, bytes):
        documents.check_bytes(html)
    if packed := unpack(html):
        documents.check_bytes(packed.html)
        html, charset = packed.html, charset or packed.charset
    decoded = decode(html, charset)
    documents.check_html(decoded.text)
    return decoded


def _clean_markup(
    markup: str, url: str, rules: Rules, memory: SiteMemory | None, fields: Iterable[str] | None
) -> Article:
    # What only pages need takes 30 ms to import; plain text does without.
    from cleaners.declared import declared_body, with_text_of  # noqa: PLC0415
    from cleaners.guard import tame  # noqa: PLC0415
    from cleaners.html import read_page  # noqa: PLC0415
    from cleaners.metadata import FIELDS, headline_of, read_metadata  # noqa: PLC0415

    tamed = tame(markup)
    page = read_page(tamed.text, rules.selectors)
    metadata = read_metadata(page, url or None, FIELDS if fields is None else fields)
    title = metadata.title or headline_of(page)
    blocks, gone, impression = _lay_out(page, title, rules)
    kept = [block.text for number, block in enumerate(blocks) if number not in gone]
    language = language_of(page.language, " ".join(kept[:60]))
    swept = sweep(blocks, rules, _spoken(language, page.language), gone=gone)
    unique = drop_duplicates(swept.blocks, title, metadata.authors)
    swept = replace(swept, blocks=unique.blocks, removed=[*swept.removed, *unique.removed])
    swept = _forget_repeats(swept, memory, url)
    base = base_of(url, page.base_url)
    swept.blocks = [with_full_links(block, base) for block in swept.blocks]
    facts = {**asdict(metadata), "language": language, "url": url}
    article = _article(swept, facts, [*tamed.notes, *page.notes, *swept.notes], impression)
    body = declared_body(page, article)
    if body is None:
        return article
    declared = clean_text(body.text, language=language or None, rules=rules, memory=memory)
    return with_text_of(declared, body, article, page) if declared.verdict == "article" else article


def explain_layout(
    html: bytes | str, *, url: str | None = None, charset: str | None = None, rules: Rules | None = None
) -> dict[int, str]:
    """Say in words what weighed most against each block of a page when its layout was judged.

    Keys are the positions of blocks; it is told of all, though it matters for those removed by `layout`. The
    arguments, and what is raised, are those of `clean_html`; it takes as long again.
    """
    from cleaners.guard import tame  # noqa: PLC0415 - as below
    from cleaners.html import read_page  # noqa: PLC0415
    from cleaners.layout.reasons import explain  # noqa: PLC0415
    from cleaners.metadata import headline_of, read_metadata  # noqa: PLC0415

    rules = (rules or Rules.default()).for_site(site_of(url or ""))
    page = read_page(tame(_decoded(html, charset).text).text, rules.selectors)
    title = read_metadata(page, url, ("title",)).title or headline_of(page)
    return explain(page, title, _said(page))


def clean_text(
    text: str,
    *,
    language: str | None = None,
    rules: Rules | None = None,
    memory: SiteMemory | None = None,
) -> Article:
    """Clean a text that somebody scraped: paragraphs apart by blank lines, or one a line.

    Of the lines before the running text that read like headlines, one marked as a heading is the title, else the
    first of four words or more, else of two. Stanzas and code, fenced as in Markdown or indented, stay as they
    are. `language` is an ISO 639-1 code; without one the words vote. Raises ParseError for an empty text or one
    beyond the limits, TypeError for what is no text.
    """
    if not isinstance(text, str):
        raise TypeError(f"a text is a str, not {type(text).__name__}")
    rules = rules or Rules.default()
    documents.check_text(text)
    blocks = read_text(decode(text).text)
    spoken = language or language_of("", " ".join(block.text for block in blocks[:60]))
    swept = sweep(blocks, rules, _spoken(spoken))
    title = _headline(swept.blocks)
    unique = drop_duplicates(swept.blocks, title)
    swept = replace(swept, blocks=unique.blocks, removed=[*swept.removed, *unique.removed])
    swept = _forget_repeats(swept, memory, "")
    return _article(swept, {"title": title, "language": spoken}, swept.notes)


def _spoken(*codes: str) -> tuple[str, ...]:
    """Return the languages whose rules apply to a page: its own, as voted and as declared, and English."""
    return tuple(dict.fromkeys(filter(None, (*map(normalise_code, codes), "en", "und"))))


def _lay_out(page: Page, title: str, rules: Rules) -> LaidOut:
    """Say of each block of a page whether it is the article's, and of the others what they are."""
    from cleaners.html import slimmed  # noqa: PLC0415
    from cleaners.layout import KEPT_FROM, judge, other_stories  # noqa: PLC0415 - numpy: 100 ms that plain text never needs
    from cleaners.reference import opinion  # noqa: PLC0415

    said = _said(page)
    verdicts = judge(
        page, title, said, lambda: opinion(slimmed(page), [draft.block.text for draft in page.drafts])
    )
    keeps = [score >= KEPT_FROM for score in verdicts.scores]
    others = other_stories(page, keeps, verdicts.noises, title) if verdicts.is_article else set()
    comments = first_comments(page, keeps, said) | threads(page, keeps) if verdicts.is_article else set()
    titles = _titles(page, title)
    blocks: list[Block] = []
    gone: dict[int, Fate] = {}
    for number, (draft, score) in enumerate(zip(page.drafts, verdicts.scores, strict=True)):
        is_kept = keeps[number] and number not in comments
        blocks.append(_scored(draft.block, score) if is_kept else draft.block)
        noise = "" if is_kept else said[number] or verdicts.noises[number] or "chrome"
        noise = "comments" if number in comments else noise
        fate = _fate(draft, score, noise, is_title=number in titles, is_other=number in others)
        if fate is not None and rules.is_on(fate.noise):
            gone[number] = fate
    impression = Impression(
        page.scripts,
        verdicts.likeness,
        verdicts.index_share,
        verdicts.presence,
        verdicts.trust,
        page.own_address(),
    )
    return LaidOut(blocks, gone, impression)


def _fate(draft: Draft, score: float, noise: str, *, is_title: bool, is_other: bool) -> Fate | None:
    """Return what becomes of a block that is not the article's; `noise` is what its layout makes of it, if anything."""
    if draft.rule is not None:
        return Fate(draft.rule.noise, f"rule:{draft.rule.id}", score)
    if draft.furniture:
        return Fate(draft.furniture, "furniture", score)
    if is_title:
        return Fate("title", "title", score)
    if noise:
        return Fate(noise, "layout", score)
    return Fate("related", "other-story", score) if is_other else None


def _said(page: Page) -> list[str]:
    """Return for each block the noise type that its words alone make it, or empty."""
    noise_of = Rules.default().phrase_noise
    return [noise_of(draft.block.text) if draft.words <= PHRASE_WORDS else "" for draft in page.drafts]


def _titles(page: Page, title: str) -> set[int]:
    """Return the numbers of the blocks that are the title, whatever their case and punctuation."""
    headline = shapes.fold(title)
    return {
        number
        for number, draft in enumerate(page.drafts if headline else ())
        if draft.words <= _TITLE_WORDS
        and _may_fold_to(headline, text := draft.block.text)
        and shapes.fold(text) == headline
    }


def _may_fold_to(headline: str, text: str) -> bool:
    # Folding makes no ASCII text longer, and nothing of its first letter or digit but a small one.
    if not text.isascii():
        return True
    return len(text) >= len(headline) and (text[0].lower() == headline[0] or not text[0].isalnum())


def _scored(block: Block, score: float) -> Block:
    """Return a block with its score; `replace` takes twice as long."""
    values = list(_VALUES_OF_BLOCK(block))
    values[_PLACE_OF_SCORE] = score
    return Block(*values)


def _forget_repeats(swept: Swept, memory: SiteMemory | None, url: str) -> Swept:
    if memory is None:
        return swept
    kept: list[Block] = []
    removed = list(swept.removed)
    for block in swept.blocks:
        if memory.repeats(block, url):
            removed.append(removal(block, "chrome", "site-memory"))
        else:
            kept.append(block)
    return replace(swept, blocks=kept, removed=removed)


def _headline(blocks: Sequence[Block]) -> str:
    """Return the line among the leading ones that reads most like a headline, if running text follows it.

    That is the first marked as a heading, else the first of four words or more that is not cut off, for shorter
    ones are names of sections and papers, else the first of two, else the first.
    """
    lines: list[str] = []
    for block in blocks[:_TITLE_REACH] if len(blocks) > 1 else ():
        if block.kind == "heading":
            return block.text
        if block.kind == "item" or not _is_headline(block.text):
            break
        lines.append(block.text)
    for least in _HEADLINE_WORDS:
        for line in lines:
            if shapes.word_count(line) >= least and not line.endswith((",", "،", "、")):
                return line
    return lines[0] if lines else ""


def _is_headline(text: str) -> bool:
    is_short = shapes.word_count(text) <= _TITLE_WORDS and "\n" not in text
    return is_short and not text.endswith((":", "：")) and shapes.is_title_like(text, after_separator=True)


def _article(
    swept: Swept, facts: dict[str, Any], notes: list[str], impression: Impression | None = None
) -> Article:
    removed = tuple(sorted(swept.removed, key=lambda gone: gone.position))
    judgement = judge_article(
        swept.blocks, removed, impression,
        title=facts["title"], url=facts.get("url", ""), held_back=swept.held_back,
    )  # fmt: skip
    return Article(
        **facts,
        blocks=tuple(swept.blocks),
        captions=_captions(removed),
        removed=removed,
        confidence=judgement.confidence,
        verdict=judgement.verdict,
        notes=(*notes, *filter(None, [judgement.note])),
    )


def _captions(removed: Sequence[Removal]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(gone.text for gone in removed if gone.noise in ("caption", "credit")))
