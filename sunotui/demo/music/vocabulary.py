"""The vocabulary of the simulator's songs."""

from __future__ import annotations


def _listed(text: str, between: str = " ") -> tuple[str, ...]:
    return tuple(text.split(between))


STYLES: tuple[str, ...] = (
    "dreamy synthwave, female vocals, analog pads, 112 bpm",
    "lo-fi hip hop, rhodes piano, vinyl crackle, late night",
    "indie folk, fingerpicked guitar, warm male vocals, banjo",
    "ambient, glacial strings, choir, slow build",
    "deep house, four on the floor, soulful vocals, 124 bpm",
    "waltz, music box, toy piano, whimsical",
    "heartfelt salsa, brass section, congas, duet",
    "emotional punk, fast drums, shouted chorus",
    "cinematic orchestral, taiko drums, epic choir",
    "bossa nova, nylon guitar, whispered vocals",
    "country ballad, pedal steel, brushed drums",
    "dream pop, shimmering guitars, reverb, androgynous vocals",
    "gospel soul, hammond organ, hand claps, big choir",
    "drum and bass, liquid, airy vocals, 174 bpm",
    "city pop, slap bass, bright brass, 1980s production",
    "sea shanty, accordion, stomps, crew vocals",
    "trip hop, dusty breakbeat, smoky contralto",
    "afrobeat, polyrhythm, horns, call and response",
    "math rock, odd meters, clean tapping guitars",
    "chamber pop, string quartet, harpsichord, tenor",
    "reggae, off-beat guitar, dub echo, melodica",
    "bluegrass, mandolin, double bass, close harmony",
    "darkwave, driving bass, baritone vocals, drum machine",
    "children's choir, glockenspiel, ukulele, sunny",
)

ADJECTIVES: tuple[str, ...] = _listed(
    "Paper Velvet Hollow Electric Borrowed Quiet Golden Crooked Silver Restless Copper Distant Slow Burning Midnight "
    "Wild Tender Broken Northern Salt-White Secret Seventh Last Little"
)
NOUNS: tuple[str, ...] = _listed(
    "Lanterns Harbour Satellites Orchard Thunder Staircase Carousel Winter Mirrors Sparrows Compass Tides Engines "
    "Postcards Windows Fireflies Railway Gravity Cinema Meadow Umbrellas Echoes Atlas Matches Ferries"
)
PLACES: tuple[str, ...] = _listed(
    "the last train home|a kitchen full of light|Harbour Street|the edge of town|a borrowed car|Platform Nine|"
    "the roof at dawn|an empty fairground|the northern shore|a room above the bakery|the river in flood|"
    "the back of the choir|a motel by the motorway|your mother's garden|the observatory steps",
    "|",
)
THINGS: tuple[str, ...] = _listed(
    "a paper crown|two cold coffees|a pocketful of matches|the key to nowhere|one good coat|a jar of rain|"
    "some half-remembered song|a map without a border|the radio turned low|a ticket from July|a lantern and a rope|"
    "all the words we never said",
    "|",
)

# Four rhyming lines per row, used as couplets; {place}, {thing} and {idea} are filled in.
RHYMES: tuple[tuple[str, ...], ...] = (
    (
        "I met you at {place} with the evening in your eyes",
        "You were counting all the windows, you were tired of goodbyes",
        "There were swallows on the wires writing music on the skies",
        "And the {idea} in the distance was the truth behind the lies",
    ),
    (
        "So I carried {thing} through the middle of the night",
        "Past the shutters and the scaffolds and the petrol-station light",
        "If you ask me was it worth it, I would tell you that it might",
        "There's a kind of love that only ever travels out of sight",
    ),
    (
        "We were young enough to promise, we were old enough to know",
        "That the {idea} would go on turning when the audience has to go",
        "You left {thing} on the table and your footprints in the snow",
        "And the river keeps its secrets, but it tells them to the flow",
    ),
    (
        "Somebody's singing at {place} again",
        "The gutters are humming a tune to the rain",
        "I learned how to laugh on the opposite lane",
        "With {thing} on my shoulder, a lump of champagne",
    ),
    (
        "Every clock in the city is a little bit wrong",
        "But the {idea} kept time for us all the night long",
        "I was looking for silence and I found me a song",
        "At {place} where the lonely and the lucky belong",
    ),
    (
        "Hold the door for the morning, let it take off its shoes",
        "It has {thing} in its pocket and a bagful of news",
        "There are roads on this island that no walker would choose",
        "But we've nothing but {idea} and nothing to lose",
    ),
    (
        "Oh, the moon is a coin that the ocean has spent",
        "We were living on credit, we were behind on the rent",
        "You said: call it {idea}, call it letters unsent",
        "And I finally, finally know what you meant",
    ),
    (
        "Turn it up till the ceiling remembers the stars",
        "Till the street is a chorus of bicycles and cars",
        "I would trade you {thing} for the smallest of scars",
        "From the summer of {idea}, tin cups and guitars",
    ),
)
HOOKS: tuple[tuple[str, str], ...] = (
    ("Oh {title}, carry me over", "I will be yours until the stars need somebody older"),
    ("{title}, {title}, say it once more", "Say it like the sea says hello to the shore"),
    ("This is {title}, this is the sound", "Of everything we lost being suddenly found"),
    ("Take me to {title}, take the long way", "I have the whole of the dark, I have all of the day"),
    ("And we sang {title} till the morning came", "Not one of us in tune, every one of us aflame"),
)
TITLES: tuple[str, ...] = _listed(
    "{idea} and {noun}|{adjective} {idea}|{idea} After Midnight|Letters to {idea}|The {idea} Song|{adjective} {noun}|"
    "{idea} (Slowly)|{noun} for {idea}|Half of {idea}|{adjective} {noun}, {idea}",
    "|",
)
DULL = frozenset(
    _listed(
        "about after again also and are before for from have her him his into its like make music over please she some "
        "song sing sings singing that the their them then there they this track tune under very want was were what "
        "when where which who whose with would write you your lyrics style vocals words one two"
    )
)


HOSTILE_TITLE = (
    "[/Outro] [bold red]Free\x1b[2J\x1b]52;c;ZWNobyBoYWNrZWQ=\x07 Money\u202egnp.exe\u200b [link=x]\x00\x9b31m \ud83d"
)
"""Markup, a screen erase, a clipboard write, bidi and zero-width characters, NUL, C1 and a lone surrogate."""
HOSTILE_LYRICS = (
    "[Verse]\n\x1b]0;your window is mine\x07First line\r\nSecond \x1b[31mred\x1b[0m line\u2028third\n[/Outro]\n[bold]\n"
    "[Chorus]\nZ" + "\u0301" * 200 + "algo\n\u202eright to left\u202c\n$(reboot) `id` \\x1b[0m\n" + "[" * 40 + "\n"
)
HOSTILE_TAGS = "edm\x1b[5m, [blink], \u2066pop\u2069, \tа\x7f"
