"""Texts that were typed with the fonts of TCVN3 (ABC) or VNI, and what they say in Unicode.

Both write Vietnamese with the codes of western letters: without their fonts ``Hộ nghèo`` shows as
``Hé nghÌo`` (TCVN3) or ``Hoä ngheøo`` (VNI).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["LegacyText", "legacy_text"]

LegacyText = tuple[str, str]  # name of the encoding, text in Unicode

# TCVN 5712:1993, codes 0xA1 to 0xFE, seen as western letters.
TCVN3 = dict(
    zip(
        map(chr, [*range(0xA1, 0xB0), *range(0xB5, 0xFF)]),
        "ĂÂÊÔƠƯĐăâêôơưđẰàảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
ROOF = {"â": "", "à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
BOWL = {"ê": "", "è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
ALONE = {"æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư", "ñ": "đ"}


def _vni() -> dict[str, str]:
    """Each letter of Vietnamese, by the one or two signs of VNI."""
    letters = dict(ALONE)
    for letter, signs in (("a", TONES), ("e", TONES), ("o", TONES), ("u", TONES), ("y", TONES),
                          ("ô", TONES), ("ö", TONES)):  # fmt: skip
        base = {"ô": "ơ", "ö": "ư"}.get(letter, letter)
        letters |= {letter + sign: base + tone for sign, tone in signs.items()}
    for letter in "aeo":
        letters |= {letter + sign: letter + "\u0302" + tone for sign, tone in ROOF.items()}
    letters |= {"a" + sign: "a\u0306" + tone for sign, tone in BOWL.items()}
    letters |= {key.upper(): text.upper() for key, text in letters.items()}
    capital = {key[0].upper() + key[1:]: text[0].upper() + text[1:]
               for key, text in letters.items() if len(key) == 2}  # fmt: skip
    letters |= capital
    return {key: unicodedata.normalize("NFC", text) for key, text in letters.items()}


VNI = _vni()
VNI_SIGNS = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
NUCLEI = (
    "uyê uya uyu uôi ươi ươu uây oai oao oay oeo iêu yêu ai ao au ay âu ây eo êu ia iê yê iu "
    "oa oă oe oi ôi ơi ua uâ uê ui uô uơ uy ưa ưi ươ ưu a ă â e ê i o ô ơ u ư y"
)
SYLLABLE = re.compile(
    "(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?"
    f"(?:{'|'.join(NUCLEI.split())})(?:ch|ng|nh|[cmnpt])?"
)
MARKS = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))


@lru_cache(1 << 16)
def legacy_text(text: str) -> LegacyText | None:
    """The encoding of a text that is no Vietnamese in Unicode but is in TCVN3 or VNI.

    Returns
    -------
    tuple of str, or None
        ``"TCVN3"`` or ``"VNI"``, and the text in Unicode: a proposal, for a person to look at.

    Examples
    --------
    >>> legacy_text("Hé nghÌo"), legacy_text("Hoä ngheøo"), legacy_text("Hộ nghèo")
    (('TCVN3', 'Hộ nghèo'), ('VNI', 'Hộ nghèo'), None)
    """
    if text.isascii() or max(text) > "\u00ff":  # Đ, ă, ơ and most toned letters lie above
        return None
    plain = unicodedata.normalize("NFC", text)
    if all(word.istitle() or word.islower() or word.isupper() for word in _words(plain)) and all(
        map(_is_syllable, _words(plain))
    ):
        return None
    for name, decoded in (
        ("TCVN3", "".join(TCVN3.get(sign, sign) for sign in plain)),
        ("VNI", VNI_SIGNS.sub(lambda sign: VNI[sign[0]], plain)),
    ):
        words = _words(decoded)
        if decoded != plain and words and all(map(_is_syllable, words)):
            english = re.sub("[^A-Za-z]", "", text)
            return name, decoded.upper() if english.isupper() else decoded
    return None


def _words(text: str) -> list[str]:
    """Words with other signs than those of English."""
    return [word for word in re.split(r"[\s\x21-\x40\x5b-\x60\x7b-\x7e]+", text)
            if not word.isascii()]  # fmt: skip


def _is_syllable(word: str) -> bool:
    """Whether a word is a syllable of Vietnamese, with one tone at most."""
    parts = unicodedata.normalize("NFD", word.lower())
    if sum(ord(sign) in MARKS for sign in parts) > 1:
        return False
    bare = unicodedata.normalize("NFC", parts.translate(MARKS))
    return SYLLABLE.fullmatch(bare) is not None
