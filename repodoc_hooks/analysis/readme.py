"""How a repository introduces itself: the first paragraph of prose in its README, as plain text.

What is no introduction is passed over: rows of badges and links, lists of languages, notes, news, licences, signposts
to documentation elsewhere, and all that stands in sections on installation, use and the like.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise

from repodoc_hooks.analysis.markdown import Block, blocks
from repodoc_hooks.analysis.readme_formats import as_markdown
from repodoc_hooks.expressions import expression

NAMES = (
    *("README.md", "README.rst", "README.txt", "README", "README.markdown", "README.adoc"),
    *("README.asciidoc", "README.org", "README.rdoc", "README.MD", "ReadMe.md"),
    *("readme.md", "Readme.md", "readme.rst", "readme.txt", "readme.markdown", "readme.adoc", "readme.org"),
)

_FEWEST_WORDS = 4
_FEWEST_OF_A_LEAD = 6
_WHOLE = -1  # nothing is read on but below a heading that says so
_PICTURES = frozenset({"So", "Sk", "Mn", "Cf"})
_FEWEST_LETTERS_WITHOUT_SPACES = 8
# Compared, not matched: an expression with ranges as wide as these takes 20 ms to compile.
_WITHOUT_SPACES = (("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7af"), ("\u0e00", "\u0e7f"))
_ABOUT = expression(
    r"(?i)\b(?:about|introduction|intro|overview|description|summary|synopsis|motivation|features?|goals?|welcome)\b"
    r"|^(?:what|why)\b"
)
_USE = expression(
    r"(?i)\b(?:install\w*|usage|using|use|getting started|quick ?-?start\w*|licen[cs]\w*|contribut\w*|contents?|toc|"
    r"examples?|documentation|docs|support\w*|sponsor\w*|backers?|build\w*|requirements?|prerequisites?|changelog|"
    r"changes|news|releases?|credits?|authors?|maintainers?|thanks|acknowledg\w*|security|faq|badges?|status|"
    r"community|downloads?|develop\w*|tests?|testing|notes?|migrat\w*|upgrad\w*|roadmap|browsers?|resources|links|"
    r"translations?|help|contact|api|configuration|commands?|tutorials?|videos?|versions?|cdn|see also|announc\w*|"
    r"questions?|issues?|feedback|report\w*|integration|coming soon|troubleshoot\w*|limitations?|"
    r"safety|performance|packages|partners?|related|third.party|who)\b"
)
_ASIDE = expression(
    r"(?i)^(?:dual-)?licen[cs]ed|^copyright|\b(?:announc|deprecated in favou?r)"
    r"|^(?:please|note|warning|caution|important|attention|tip|info|todo|fixme|wip|heads.up|psst|news|update)\b\s*[!:,]?"
    r"|^(?:⚠|🚧|📢|🎉|❗|⭐)|^\[!|^!!!|^this (?:readme|document|page|file)\b"
    r"|^(?:released|available|published|distributed) under\b|^made (?:with|by)\b|^powered by\b"
    r"|^(?:(?:our|gold|silver|platinum|major|premium)\s+)*sponsor(?:s|ed|ing)?\b|\bsponsored by\b|^special thanks\b"
    r"|\b(?:work|project|development|maintenance) (?:is|are) (?:supported|backed|funded) by\b|^thank(?:s| you)\b"
    r"|^show (?:us )?(?:your|some) (?:love|support)\b|^support (?:us|our|this project|the project)\b"
    r"|\b(?:t-?shirts?|mugs?|stickers?|hoodies?|merch(?:andise)?|swag)\b.{0,60}\b(?:available|shop|store|order|buy)\b"
    r"|^donat|\bconsider (?:donating|sponsoring|becoming)\b|^buy me\b|^become an?\b|^(?:we are|we're) hiring\b"
    r"|^as a (?:major|minor|new) release\b|\b(?:no longer|not) (?:actively )?(?:maintained|developed|supported)\b"
    r"|\bin maintenance mode\b|^(?:still |currently )?under (?:\w+ )?(?:construction|development)\b"
    r"|^(?:a |still a )?work in progress\b|^coming soon\b"
)
_GUIDE = expression(
    r"(?i)^(?:(?:and|then|but|or|also|now|next|finally|once|after|so|that's|however|optionally|if you use)\b(?!-)"
    r"|by default,|unlike\b|this (?:feature|functionality)\b"
    r"|to [a-z]+\b[^,]{0,80},\s+(?:simply |just |please |you (?:can |need |must |have ))?"
    r"(?:add|import|include|install|use|run|call|set|see|create|require|enable|copy|clone|execute)\b)"
)
"""How a text begins that tells how to use a thing, whatever its heading, and not what it is; nor does what follows."""
_SIGNPOST = expression(
    r"(?i)^(?!\w+ (?:is|are|was|provides?|offers?|allows?|lets|helps|makes?|has|can|does|will|aims?)\b)"
    r"(?:please\s+)?(?:see|read|visit|follow|click|refer to|go to|check out|check|head (?:over )?to|take a look|"
    r"have a look|look at|learn more|find out|join|try (?:it|the)|get started|jump to|browse|download|subscribe|star|"
    r"for (?:\w+ ){0,3}(?:please|more|full|further|detailed|complete|the latest|official|help|"
    r"documentation|instructions|usage)|"
    r"(?:the )?(?:[\w`.-]+ )?(?:documentation|docs|manual|website|homepage|wiki|api reference)\b.{0,60}"
    r"\b(?:at|on|here|available|found|hosted|lives?)\b|(?:documentation|docs|website|homepage|chat|discord|license)\s*:|"
    r"[→»➡👉>]|more (?:information|details|documentation)|"
    r"all (?:the )?\w+ .{0,40}\b(?:listed|documented|described|explained) (?:at|on|in|here)\b|"
    r"you can (?:find|read|see|learn)|looking for\b|english\b)"
)
_OPEN_END = expression(
    r"(?i)\b(?:that|to|by|with|is|are|was|has|have|and|or|for|of|the|a|in|on|this|these|follow\w*|below|example)\s*:$"
)
_LEADS_ON = expression(
    r"(?i)(?:,?\s+(?:and|that|which)(?:\s+(?:also|currently))?\s+(?:offers?|provides?|supports?|includes?|features?|"
    r"contains?|has|have|comes? with|brings?|gives(?: you)?|consists? of|adds?)"
    r"|[,;]?\s+(?:\(?e\.g\.?|in particular|such as|for example|for instance|namely|among others|amongst others|"
    r"including|offering|providing|featuring|supporting|containing|comprising|consisting of|with|like))"
    r"(?:\s+(?:the following|these|the)(?:\s+[\w-]+){0,2})?\s*[:,]*:$"
)
"""How a sentence ends that says something before it leads to a list."""
_BACK = expression(
    r"(?i)^(?:it|they|these|those|both|each|all|this|that|the (?:former|latter|above|first|second|other))\b"
)
_SEPARATORS = expression(r"\s*(?:[•|·∙●◦│┃\u2013\u2014]|\s/\s|\s-\s)\s*")
_SENTENCE = expression(r"(?<=[.!?])\s+(?=\S)")


def introduction(text: str) -> str:
    """The first paragraph that introduces something, on one line, without markup other than code spans; "" without."""
    found = list(_paragraphs(as_markdown(text)))
    words = next((words for about in (True, False) for fits, words in found if fits is about), "")
    return undecorated(words)


def undecorated(words: str) -> str:
    """Words without the pictures (emoji) at either end."""
    shown = words.split(" ")
    while len(shown) > 1 and _is_picture(shown[0]):
        del shown[0]
    while len(shown) > 1 and _is_picture(shown[-1]):
        del shown[-1]
    return " ".join(shown)


def without_asides(words: str) -> str:
    """A description without the sentences behind the first that thank, advertise or point elsewhere."""
    first, *others = _SENTENCE.split(words)
    return " ".join([first, *(each for each in others if not _ASIDE.search(each))])


def _is_picture(word: str) -> bool:
    if word.isascii():
        return (
            len(word) > 2 and word[0] == word[-1] == ":" and "::" not in word
        )  # `:rocket:`, an emoji by name
    return all(unicodedata.category(char) in _PICTURES for char in word)


def locate(directory: str, kind_of: Callable[[str], str], target: Callable[[str], str]) -> tuple[str, str]:
    """Path of the README of a directory, and of the file that holds its text; two empty strings without one.

    They differ where the README is a symbolic link inside the repository.

    Args:
        directory: "" for the top.
        kind_of: "file", "symlink" or another word for a path of the snapshot, "" for any other.
        target: what a symbolic link says.
    """
    for name in NAMES:
        path = f"{directory}/{name}" if directory else name
        real, steps = path, 0
        while kind_of(real) == "symlink" and steps < 5:
            real, steps = posixpath.normpath(posixpath.join(posixpath.dirname(real), target(real))), steps + 1
        if kind_of(real) == "file":
            return path, real
    return "", ""


def is_row(words: str, linked: tuple[str, ...] = ()) -> bool:
    """Whether a paragraph is no sentence but a row of links, languages or the like."""
    pieces = [piece for piece in _SEPARATORS.split(words) if piece]
    if len(pieces) >= 3 and sum(len(piece.split()) for piece in pieces) <= 3 * len(pieces):
        return True
    rest = words
    for link in linked:
        rest = rest.replace(" ".join(link.split()), " ", 1)
    outside = len(re.findall(r"\w\w+", rest))
    if len(linked) >= 2:
        return outside < 3 or outside <= len(linked)
    return bool(linked) and not outside and len(linked[0].split()) < _FEWEST_WORDS


def _paragraphs(text: str) -> Iterator[tuple[bool, str]]:
    """Paragraphs that may introduce: (it stands where introductions stand, its words)."""
    about = useful = True
    first, led = True, False  # led: the paragraph before leads to a list, and is none itself
    below = 0  # the level of the heading whose whole section is passed over, 0 for none
    for block, after in pairwise([*blocks(text), Block("other")]):
        if block.kind == "heading":
            told = bool(_ABOUT.search(block.words))
            if not below or block.level <= below or (below == _WHOLE and told):
                below = 0 if first or told or not _USE.search(block.words) else block.level
            useful = not below
            about = first or block.level == 1 or told
            first = led = False
        elif led and _BACK.match(block.words):
            continue
        elif useful and _GUIDE.match(block.words):
            useful, below = False, _WHOLE
        elif useful and (words := _prose(block, after)):
            yield about, words
        else:
            led = led or (useful and block.words.endswith(":") and after.kind == "other")


def _prose(block: Block, after: Block) -> str:
    """The words of a block that introduces, "" for any other; a colon before an example ends a sentence."""
    words = block.words
    if block.kind in ("other", "code") or is_row(words, block.linked) or _ASIDE.search(words):
        return ""
    sentences = _SENTENCE.split(words)
    while sentences and (_SIGNPOST.match(sentences[0]) or _ASIDE.search(sentences[0])):
        sentences.pop(0)
    while sentences and _SIGNPOST.match(sentences[-1]):
        sentences.pop()
    if sentences and sentences[-1].endswith(":"):
        last = sentences.pop()
        if not sentences:
            sentences = [_without_lead(last, after)]
    words = " ".join(sentences)
    return words if _is_enough(words) else ""


def _without_lead(words: str, after: Block) -> str:
    """What a sentence that ends in a colon says without what follows, "" if that is nothing."""
    told = _LEADS_ON.sub("", words)
    if told != words:
        return f"{told}." if len(told.split()) >= _FEWEST_OF_A_LEAD else ""
    return words.rstrip(": ") + "." if after.kind == "code" and not _OPEN_END.search(words) else ""


def _is_enough(words: str) -> bool:
    """Enough words for a sentence; scripts without spaces are counted by their letters."""
    if len(words.split()) >= _FEWEST_WORDS - words.endswith("."):
        return True
    return sum(map(is_written_without_spaces, words)) >= _FEWEST_LETTERS_WITHOUT_SPACES


def is_written_without_spaces(letter: str) -> bool:
    """Whether a letter is of a script that has no spaces between words."""
    return any(low <= letter <= high for low, high in _WITHOUT_SPACES)
