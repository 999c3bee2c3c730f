"""Sentences as hurried customers type them: slips, chat spelling, missing apostrophes, keywords."""

from __future__ import annotations

import random
import re

_NEAR = {
    "a": "qsz",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "rz",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "j": "hk",
    "k": "jl",
    "l": "km",
    "m": "ln",
    "n": "bm",
    "o": "ip",
    "p": "ol",
    "q": "as",
    "r": "et",
    "s": "dq",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "xs",
    "x": "wc",
    "y": "tu",
    "z": "ea",
}
_CHAT = {
    "fr": {
        r"\bs['’]il vous pla[iî]t\b": "svp",
        r"\bpourquoi\b": "pk",
        r"\bparce que\b": "pcq",
        r"\bbeaucoup\b": "bcp",
        r"\bquelqu['’]un\b": "qqn",
        r"\bquelque chose\b": "qqch",
        r"\btoujours\b": "tjrs",
        r"\bbonjour\b": "bjr",
        r"\bvous\b": "vs",
        r"\bpour\b": "pr",
        r"\bc['’]est\b": "c",
        r"\bj['’]ai\b": "jai",
        r"\bqu['’]est-ce qu": "keske qu",
        r"\best-ce que\b": "esque",
        r"\best-ce qu['’]": "esqu",
        r"\bje suis\b": "chui",
        r"\bn['’]": "",
        r"\bne ": "",
        r"\bil y a\b": "ya",
        r"\bje ne\b": "je",
    },
    "en": {
        r"\byou\b": "u",
        r"\bplease\b": "pls",
        r"\bare\b": "r",
        r"\bbecause\b": "cuz",
        r"\bthanks?\b": "thx",
        r"\bdo not\b": "dont",
        r"\bcan(no|['’])t\b": "cant",
        r"\bI am\b": "im",
        r"\bI have\b": "ive",
        r"\byour\b": "ur",
        r"\bfor\b": "4",
        r"\bto\b": "2",
        r"\bsomeone\b": "sum1",
        r"\bdoes not\b": "doesnt",
    },
}
_SOUND = (
    (r"(?<=\w{3})(er|ez|é|ée|és)\b", ("er", "é", "ez")),
    (r"(?<=\w{3})s\b", ("",)),
    (r"qu(?=[aeio])", ("k",)),
    (r"ph", ("f",)),
    (r"([lmnprst])\1", (r"\1",)),
    (r"eau", ("o",)),
    (r"(?<=\w{3})ent\b", ("e",)),
)


_LITTLE_WORDS = """
un une le la les l de du des d au aux ce cet cette ces ça ceci cela c je j me m moi mon ma mes
nous notre nos on tu te t toi ton ta tes vous votre vos il elle ils elles lui leur leurs se s
son sa ses suis es est sommes êtes sont était étaient été être sera serait ai as a avons avez
ont avait avoir et ou mais si donc car ni que qu qui dont en y dans sur sous par pour avec à
vers chez très ne n pas plus peut peux pouvez peuvent doit devez doivent où comme lorsque lors
afin ainsi
"""
_LITTLE = frozenset(_LITTLE_WORDS.split())


def mistyped(text: str, lang: str, rng: random.Random) -> str:
    """The same sentence with one or a few of the ways in which customers mistype."""
    ways = rng.sample(("slip", "chat", "apostrophe", "sound", "bare"), k=rng.choice((1, 1, 2, 3)))
    if "chat" in ways:
        text = _chatted(text, lang, rng)
    if "sound" in ways and lang == "fr":
        text = _misheard(text, rng)
    if "apostrophe" in ways:
        text = re.sub(r"['’]", rng.choice((" ", "")), text)
    if "bare" in ways:
        text = re.sub(r"[.,;:!?]+", "", text)
    if "slip" in ways:
        for _ in range(1 + len(text) // 45):
            text = _slipped(text, rng)
    return text


def keywords(text: str, rng: random.Random) -> str:
    """The content words of a French text, as in a search box; all of it where few would be left."""
    words = [word.strip('.,;:!?()«»"') for word in re.split(r"[\s'’]+", text)]
    kept = [word for word in words if word and word.lower() not in _LITTLE]
    if len(kept) < 2:
        return text
    if rng.random() < 0.2:
        rng.shuffle(kept)
    return " ".join(kept)


def _chatted(text: str, lang: str, rng: random.Random) -> str:
    for pattern, short in _CHAT[lang].items():
        if rng.random() < 0.6:
            text = re.sub(pattern, short, text, flags=re.IGNORECASE)
    return text


def _misheard(text: str, rng: random.Random) -> str:
    pattern, sounds = rng.choice(_SOUND)
    return re.sub(pattern, lambda found: found.expand(rng.choice(sounds)), text, count=2)


def _slipped(text: str, rng: random.Random) -> str:
    letters = [at for at, letter in enumerate(text) if letter.isalpha()]
    if len(letters) < 4:
        return text
    at = rng.choice(letters[1:])
    match rng.randrange(4):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + text[at] + text[at:]
        case 2:
            return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
        case _:
            return text[:at] + rng.choice(_NEAR.get(text[at].lower(), text[at])) + text[at + 1 :]
