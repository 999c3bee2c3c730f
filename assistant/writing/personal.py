"""What could tell whom a text was written for or by: replaced by a mark that a writer sees.

By forms of English and French, so some will be missed: whoever publishes reads it as a
stranger would.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from assistant.retrieval.analysis import content_words

MARK = "[…]"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"https?://\S*[?#]\S+")
"""What stands behind a page's own address may name a customer."""
_PHONE = re.compile(r"(?<!\w)\+?\d(?:[ .()/\u00a0\u202f-]?\d){7,}(?!\w)")
_CODE = re.compile(
    r"#?\b(?:(?=(?:[\w-]*\d){4})[\w-]{5,}|(?=[A-Z-]*\d)(?=[\d-]*[A-Z])[A-Z\d-]{5,})\b"
)
"""Four figures and more, or figures among capitals: an order, a parcel, a customer."""

_PROPER = r"[A-ZÀ-ÖØ-Þ](?:[^\W\d_]|['’-])+(?!\w)"
_SMALL = r"(?:(?:de|du|des|la|le|les|aux?|à)\s+|[dl]['’])*"
_TOWN = rf"(?:,?\s+{_PROPER}(?:\s+{_PROPER})?)?"
_UK_CODE = r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"
_HOUSE = r"\b\d{1,4}(?:\s?(?:bis|ter|[A-Da-d]))?\b,?\s+"
_FLAT = r"\b(?:[Ff]lat|[Aa]partment|[Aa]pt\.?|[Aa]ppartement|[Aa]ppt\.?)\s+(?:\d+[A-Za-z]?|[A-Z])\b"
_ENDS = (
    "Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close|Court|Way|Place|Square|Terrace|Gardens|"
    "Crescent|Grove|Row|Mews|Boulevard|Blvd|Hill"
)
_STREETS = (
    rf"{_HOUSE}(?:{_PROPER}\s+){{1,4}}(?:{_ENDS})\b\.?",
    rf"{_HOUSE}(?!days?\b|hours?\b|euros?\b)[a-z]+\s+(?:street|avenue|lane)\b",
    rf"{_HOUSE}(?:[Rr]ue|[Aa]venue|[Aa]v\.|[Bb]oulevard|[Bb]d|[Ii]mpasse)\s+{_SMALL}[\w'’-]+"
    rf"(?:\s+{_SMALL}{_PROPER}){{0,3}}",
    rf"{_HOUSE}(?:[Pp]lace|[Cc]hemin|[Aa]llée|[Qq]uai|[Rr]oute|[Cc]ours|[Ss]quare|[Pp]assage)\s+"
    rf"{_SMALL}{_PROPER}(?:\s+{_SMALL}{_PROPER}){{0,3}}",
)
_STREET = re.compile(
    rf"(?:{_FLAT},?\s*)?(?:{'|'.join(_STREETS)})(?:,?\s+(?:F-)?\d{{5}}\b)?{_TOWN}"
    rf"(?:,?\s+{_UK_CODE}\b)?"
)
"""With a number: a street of which only the name is said may be where the shop is."""
_POSTCODE = re.compile(rf"\b(?:F-)?\d{{5}}\s+{_PROPER}(?:\s+{_PROPER})?|\b{_UK_CODE}\b|{_FLAT}")

_NAME = rf"({_PROPER}(?:\s+{_PROPER})?)"
_ENDED = r"(?=\s*(?:[,.!?…:;)\n]|$))"
_ADDRESSED = tuple(
    re.compile(form, re.MULTILINE)
    for form in (
        r"\b(?i:hi|hello|hey|dear|good (?:morning|afternoon|evening)|bonjour|bonsoir|salut|chère?)"
        rf"[ ]+{_NAME}",
        rf"\b(?i:thanks|thank you|thx|cheers|merci(?: beaucoup)?)[ ]+{_NAME}",
        rf"\b(?i:thanks|thank you|thx|cheers|merci(?: beaucoup)?),[ ]+{_NAME}{_ENDED}",
        rf"\b(?i:yes|no|sorry|sure|ok|okay|oui|non|désolée?|d['’]accord)[ ]+{_NAME}{_ENDED}",
        rf"\b(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Mme|Mlle)\b\.?|M\.|Monsieur|Madame)[ ]+{_NAME}",
    )
)
_OWN = (
    re.compile(rf"\b(?i:i['’]m|i am|je suis)[ ]+{_NAME}"),
    re.compile(
        r"\b(?i:my name is|my name['’]s|je m['’]appelle)[ ]+"
        rf"([^\W\d_][\w'’-]+(?:[ ]{_PROPER})?)"
    ),
)
_NO_NAMES = frozenset(
    ["all", "again", "everyone", "everybody", "team", "there", "monsieur", "madame", "tous"]
)


def names_of(name: str) -> list[str]:
    """Its words; short ones are more often a word than a name."""
    return [word for word in name.split() if len(word) > 2]


def spellings(name: str) -> frozenset[str]:
    """In which a text may hold it, however it was told: as a whole, however short, and its words,
    with capitals; the whole of several words in small letters too, where one word alone may be no
    name at all ("price", « petit »)."""
    whole = " ".join(name.split())
    words = (whole, *names_of(name))
    spelt = {way for word in words for way in (word, word.title(), word.upper())}
    known = {way for way in spelt if way and not way.islower()}
    return frozenset(known | ({whole.casefold()} if " " in whole else set()))


def names_in(texts: Iterable[str], *, own: bool = False) -> frozenset[str]:
    """Of whom the texts address, and, where they are their `own` words, of who wrote them."""
    forms = (*_ADDRESSED, *_OWN) if own else _ADDRESSED
    found = (match[1] for text in texts for form in forms for match in form.finditer(text))
    words = (word for name in found for word in names_of(name))
    return frozenset(spelt for word in words if _may_name(word) for spelt in (word, word.title()))


def marked(text: str, names: Collection[str]) -> str:
    """With a mark for each of these names, and for what leads to a person."""
    for form in (_EMAIL, _ADDRESS, _STREET, _POSTCODE, _PHONE, _CODE):
        text = form.sub(MARK, text)
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", MARK, text)
    return text


def _may_name(word: str) -> bool:
    """Where a sentence begins after a greeting, its first word is rather one of the small ones."""
    return word.lower() not in _NO_NAMES and all(content_words(word, of) for of in ("en", "fr"))
