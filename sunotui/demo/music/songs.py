"""Generates the title, lyrics and style of songs from a random source and the prompt."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from sunotui.demo.music import vocabulary
from sunotui.demo.music.languages import TONGUES, Language


@dataclass(frozen=True, slots=True)
class Song:
    """The texts of a song."""

    title: str
    lyrics: str
    tags: str


def compose(rng: random.Random, prompt: str) -> Song:
    """Title, lyrics and style for a prompt in natural language; deterministic for a random source and a prompt."""
    tongue = _language_of(prompt)
    if tongue is not None:
        title = rng.choice(tongue.titles)
        return Song(title, _foreign_lyrics(rng, tongue), _style_of(rng, prompt))
    title = _title_of(rng, prompt)
    return Song(title, _english_lyrics(rng, prompt, title), _style_of(rng, prompt))


def name_for(rng: random.Random, lyrics: str, tags: str) -> str:
    """A title for lyrics without one: the first sung line, or one from the style."""
    sung = (line.strip() for line in lyrics.split("\n") if line.strip() and not line.strip().startswith("["))
    first = next(sung, "")
    return " ".join(first.split()[:6]).rstrip(",.;:") if first else _title_of(rng, tags)


def more_tags(rng: random.Random, tags: str) -> str:
    """A short style expanded into a sentence or two."""
    first, second = rng.sample(vocabulary.STYLES, 2)
    place = rng.choice(vocabulary.PLACES)
    return f"{tags.rstrip(' .,')}, with {first}. The chorus opens up into {second}, made for {place}."


def hostile() -> Song:
    """A song whose texts all attack the terminal that displays them."""
    return Song(vocabulary.HOSTILE_TITLE, vocabulary.HOSTILE_LYRICS, vocabulary.HOSTILE_TAGS)


def _ideas(prompt: str) -> list[str]:
    found = [word for word in re.findall(r"[^\W\d_]{4,14}", prompt) if word.lower() not in vocabulary.DULL]
    return list(dict.fromkeys(word.lower() for word in found))


def _idea(rng: random.Random, prompt: str) -> str:
    ideas = _ideas(prompt)
    return rng.choice(ideas) if ideas else rng.choice(vocabulary.NOUNS).lower()


def _title_of(rng: random.Random, prompt: str) -> str:
    pattern = rng.choice(vocabulary.TITLES)
    return pattern.format(
        idea=_idea(rng, prompt).capitalize(),
        adjective=rng.choice(vocabulary.ADJECTIVES),
        noun=rng.choice(vocabulary.NOUNS),
    )


def _style_of(rng: random.Random, prompt: str) -> str:
    ideas = set(_ideas(prompt))
    fitting = [style for style in vocabulary.STYLES if ideas & set(re.findall(r"[a-z]{4,}", style))]
    return rng.choice(fitting or vocabulary.STYLES)


def _language_of(prompt: str) -> Language | None:
    lower = prompt.lower()
    for tongue in TONGUES:
        if set(lower) & set(tongue.script) or any(word in lower for word in tongue.asked_by):
            return tongue
    return None


def _english_lyrics(rng: random.Random, prompt: str, title: str) -> str:
    rows = rng.sample(vocabulary.RHYMES, 6)
    hook = rng.choice(vocabulary.HOOKS)

    def couplet(row: tuple[str, ...]) -> list[str]:
        first = rng.choice((0, 2))
        return [_filled(rng, line, prompt, title) for line in row[first : first + 2]]

    chorus = [_filled(rng, line, prompt, title) for line in hook] + couplet(rows[0])
    parts = [("Verse", couplet(rows[1]) + couplet(rows[2])), ("Chorus", chorus)]
    if rng.random() < 0.3:
        parts.insert(0, ("Intro", [_filled(rng, "(Ooh, {idea}, ooh)", prompt, title)]))
    parts += [("Verse 2", couplet(rows[3]) + couplet(rows[4])), ("Chorus", chorus)]
    if rng.random() < 0.6:
        parts.append((rng.choice(("Bridge", "Guitar Solo", "Breakdown")), couplet(rows[5])))
    parts.append(("Outro", [_filled(rng, hook[0], prompt, title)]))
    return _sheet(parts)


def _foreign_lyrics(rng: random.Random, tongue: Language) -> str:
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


def _filled(rng: random.Random, line: str, prompt: str, title: str) -> str:
    return line.format(
        place=rng.choice(vocabulary.PLACES),
        thing=rng.choice(vocabulary.THINGS),
        idea=_idea(rng, prompt),
        title=title.split(" (")[0],
    )
