"""Other labels than those of the vocabulary and of a law, to see what depends on them."""

import re
import zlib

from multidim_poverty.base import Model
from multidim_poverty.language import Label
from multidim_poverty.vocabulary import Term

MARK = re.compile("⟦[^⟧]*⟧", re.IGNORECASE)


def marked(key, text):
    """The text with a short mark of its own before it, which `unmarked` takes away."""
    return f"⟦{zlib.crc32(key.encode()):x}⟧{text}"


def unmarked(text):
    """The text without marks, in small letters: a mark may stand where a capital was."""
    return MARK.sub("", text).casefold()


def terms():
    """Every term of every vocabulary."""
    kinds = [Term]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if kind is not Term:
            yield from kind


def relabel_terms(monkeypatch, change, languages=("vi", "en")):
    """Replace each label of the vocabulary by ``change(key, label)``."""
    for term in terms():
        for language in languages:
            key = f"{type(term).__name__}.{term.name}.{language}"
            monkeypatch.setattr(term, language, change(key, getattr(term, language)))


def relabelled(value, change, languages=("vi", "en")):
    """A law with each label of it replaced by ``change(label, label)``: equal ones stay equal."""
    if isinstance(value, tuple):
        return tuple(relabelled(one, change, languages) for one in value)
    if not isinstance(value, Model):
        return value
    new = {
        name: relabelled(getattr(value, name), change, languages)
        for name in type(value).model_fields
    }
    if isinstance(value, Label):
        new |= {name: change(getattr(value, name), getattr(value, name)) for name in languages}
    return value.model_copy(update=new)
