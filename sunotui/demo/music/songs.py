"""What the imaginary studio writes: title, words and style, all from a random source and the wish."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from sunotui.demo.music import vocabulary
from sunotui.demo.music.languages import TONGUES, Tongue


@dataclass(frozen=True, slots=True)
class Song:
    """A song before it is sound."""

    title: str
    lyrics: str
    tags: str


def compose(rng: random.Random, wish: str) -> Song:
    """Title, words and style for a wish in plain language; the same source and wish give the same song."""
    tongue = _tongue_of(wish)
    if tongue is not None:
        title = rng.choice(tongue.titles)
        return Song(title, _foreign_lyrics(rng, tongue), _style_of(rng, wish))
    title = _title_of(rng, wish)
    return Song(title, _english_lyrics(rng, wish, title), _style_of(rng, wish))


def name_for(rng: random.Random, lyrics: str, tags: str) -> str:
    """A title for words that came without one: their first sung line, or what the style suggests."""
    sung = (line.strip() for line in lyrics.split("\n") if line.strip() and not line.strip().startswith("["))
    first = next(sung, "")
    return " ".join(first.split()[:6]).rstrip(",.;:") if first else _title_of(rng, tags)


def more_tags(rng: random.Random, tags: str) -> str:
    """A few words of style made into a sentence or two of them."""
    first, second = rng.sample(vocabulary.STYLES, 2)
    place = rng.choice(vocabulary.PLACES)
    return f"{tags.rstrip(' .,')}, with {first}. The chorus opens up into {second}, made for {place}."


def hostile() -> Song:
    """A song whose every text attacks the terminal that shows it."""
    return Song(vocabulary.HOSTILE_TITLE, vocabulary.HOSTILE_LYRICS, vocabulary.HOSTILE_TAGS)


def _ideas(wish: str) -> list[str]:
    found = [word for word in re.findall(r"[^\W\d_]{4,14}", wish) if word.lower() not in vocabulary.DULL]
    return list(dict.fromkeys(word.lower() for word in found))


def _idea(rng: random.Random, wish: str) -> str:
    ideas = _ideas(wish)
    return rng.choice(ideas) if ideas else rng.choice(vocabulary.NOUNS).lower()


def _title_of(rng: random.Random, wish: str) -> str:
    pattern = rng.choice(vocabulary.TITLES)
    return pattern.format(
        idea=_idea(rng, wish).capitalize(),
        adjective=rng.choice(vocabulary.ADJECTIVES),
        noun=rng.choice(vocabulary.NOUNS),
    )


def _style_of(rng: random.Random, wish: str) -> str:
    ideas = set(_ideas(wish))
    fitting = [style for style in vocabulary.STYLES if ideas & set(re.findall(r"[a-z]{4,}", style))]
    return rng.choice(fitting or vocabulary.STYLES)


def _tongue_of(wish: str) -> Tongue | None:
    lower = wish.lower()
    for tongue in TONGUES:
        if set(lower) & set(tongue.script) or any(word in lower for word in tongue.asked_by):
            return tongue
    return None


def _english_lyrics(rng: random.Random, wish: str, title: str) -> str:
    rows = rng.sample(vocabulary.RHYMES, 6)
    hook = rng.choice(vocabulary.HOOKS)

    def couplet(row: tuple[str, ...]) -> list[str]:
        first = rng.choice((0, 2))
        return [_filled(rng, line, wish, title) for line in row[first : first + 2]]

    chorus = [_filled(rng, line, wish, title) for line in hook] + couplet(rows[0])
    parts = [("Verse", couplet(rows[1]) + couplet(rows[2])), ("Chorus", chorus)]
    if rng.random() < 0.3:
        parts.insert(0, ("Intro", [_filled(rng, "(Ooh, {idea}, ooh)", wish, title)]))
    parts += [("Verse 2", couplet(rows[3]) + couplet(rows[4])), ("Chorus", chorus)]
    if rng.random() < 0.6:
        parts.append((rng.choice(("Bridge", "Guitar Solo", "Breakdown")), couplet(rows[5])))
    parts.append(("Outro", [_filled(rng, hook[0], wish, title)]))
    return _sheet(parts)


def _foreign_lyrics(rng: random.Random, tongue: Tongue) -> str:
    lines = list(tongue.verses)
    half = len(lines) // 2
    rng.shuffle(lines)
    chorus = list(tongue.chorus)
    return _sheet(
        [
            ("Verse", lines[:half]),
            ("Chorus", chorus),
            ("Verse 2", lines[half:]),
            ("Chorus", chorus),
            ("Outro", chorus[2:]),
        ]
    )


def _sheet(parts: list[tuple[str, list[str]]]) -> str:
    return "\n\n".join("\n".join([f"[{name}]", *lines]) for name, lines in parts)


def _filled(rng: random.Random, line: str, wish: str, title: str) -> str:
    return line.format(
        place=rng.choice(vocabulary.PLACES),
        thing=rng.choice(vocabulary.THINGS),
        idea=_idea(rng, wish),
        title=title.split(" (")[0],
    )
