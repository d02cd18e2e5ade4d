"""The words that the imaginary studio writes its songs with."""

from dataclasses import dataclass

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

ADJECTIVES = (
    "Paper Velvet Hollow Electric Borrowed Quiet Golden Crooked Silver Restless Copper Distant Slow Burning Midnight "
    "Wild Tender Broken Northern Salt-White Secret Seventh Last Little"
).split()
NOUNS = (
    "Lanterns Harbour Satellites Orchard Thunder Staircase Carousel Winter Mirrors Sparrows Compass Tides Engines "
    "Postcards Windows Fireflies Railway Gravity Cinema Meadow Umbrellas Echoes Atlas Matches Ferries"
).split()
PLACES = (
    "the last train home|a kitchen full of light|Harbour Street|the edge of town|a borrowed car|Platform Nine|"
    "the roof at dawn|an empty fairground|the northern shore|a room above the bakery|the river in flood|"
    "the back of the choir|a motel by the motorway|your mother's garden|the observatory steps"
).split("|")
THINGS = (
    "a paper crown|two cold coffees|a pocketful of matches|the key to nowhere|one good coat|a jar of rain|"
    "some half-remembered song|a map without a border|the radio turned low|a ticket from July|a lantern and a rope|"
    "all the words we never said"
).split("|")

# Four rhyming lines a row, sung in twos; {place}, {thing} and {idea} are filled in.
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
TITLES = (
    "{idea} and {noun}|{adjective} {idea}|{idea} After Midnight|Letters to {idea}|The {idea} Song|{adjective} {noun}|"
    "{idea} (Slowly)|{noun} for {idea}|Half of {idea}|{adjective} {noun}, {idea}"
).split("|")
DULL = frozenset(
    "about after again also and are before for from have her him his into its like make music over please she some "
    "song sing sings singing that the their them then there they this track tune under very want was were what when "
    "where which who whose with would write you your lyrics style vocals words one two".split()
)


@dataclass(frozen=True, slots=True)
class Tongue:
    """What a song in another language or script is made of."""

    asked_by: tuple[str, ...]
    """Words of a prompt, in lower case, that ask for it."""
    script: str
    """A prompt with a letter out of here asks for it as well; empty where the script is shared."""
    titles: tuple[str, ...]
    verses: tuple[str, ...]
    chorus: tuple[str, ...]


TONGUES: tuple[Tongue, ...] = (
    Tongue(
        ("japanese", "japan", "tokyo", "city pop"),
        "のはをがにでとるいうあかさたなネオン雨夜東京",
        ("雨の東京", "ネオンの海", "終電のあとで", "紙飛行機とラジオ", "月曜日の花火"),
        (
            "傘をさした人が駅へ急ぐ",
            "ネオンの色が水たまりに溶ける",
            "きみの声をまだ覚えている",
            "夜は静かに歌を探してる",
            "古いラジオが名前を呼んだ",
            "最後の電車が海へ向かう",
            "ポケットの中に夏の切符",
            "窓の外では星が降りだす",
        ),
        ("どこまでも どこまでも 走っていこう", "この街の灯りが消えるまで", "ラララ きみとなら", "雨も歌になる"),
    ),
    Tongue(
        ("chinese", "mandarin", "china"),
        "的了我你他在是不这有人中国歌写首",
        ("快乐周末", "霓虹下的雨", "小巷里的灯", "写给海的信"),
        (
            "路灯下面影子很长",
            "旧车站还记得我们的模样",
            "风把名字吹到远方",
            "雨点敲着二十岁的窗",
            "口袋里有一张旧船票",
            "城市在梦里慢慢地笑",
        ),
        ("跟我一起唱到天亮", "让星星落在肩膀上", "啦啦啦 不要怕", "明天会开花"),
    ),
    Tongue(
        ("korean", "k-pop", "kpop", "seoul"),
        "의을를이가은는에서하고사랑노래밤",
        ("서울의 새벽", "종이 달", "비 오는 정류장"),
        (
            "불 꺼진 거리에 노래가 남아",
            "네 이름을 작게 불러 보아",
            "창문 너머로 별이 지나가",
            "오래된 사진 속 우리가 웃잖아",
            "비에 젖은 편지를 읽는다",
            "첫차가 조용히 다가온다",
        ),
        ("달려가 달려가 새벽이 오기 전에", "손을 놓지 마 이 노래 끝에", "오 오 오 너와 나", "다시 한 번 더"),
    ),
    Tongue(
        ("spanish", "salsa", "latin", "flamenco", "reggaeton"),
        "ñ¿¡",
        ("La Última Estación", "Corazón de Papel", "Bailando en Abril", "Mañana en el Puerto"),
        (
            "Llegaste con la lluvia y un pañuelo de color",
            "La calle se hizo fiesta, la noche se hizo flor",
            "Tus pasos en la arena dibujan mi canción",
            "Y el mar guarda en secreto la misma confesión",
            "Prendimos las estrellas con un fósforo de más",
            "Y el reloj de la plaza no quiso caminar",
        ),
        (
            "Báilame despacio, báilame otra vez",
            "Que la luna está de fiesta y no sabe de ayer",
            "Ay, ay, ay, corazón",
            "Toca más fuerte, trombón",
        ),
    ),
    Tongue(
        ("french", "chanson", "paris"),
        "çœ",
        ("Les Vitres du Matin", "Sous les Tilleuls", "Le Dernier Métro"),
        (
            "Tu marchais sur les quais avec l'hiver aux mains",
            "La ville avait gardé le goût du lendemain",
            "Un accordéon rêve au coin de la rue",
            "De toutes les valses que nous avons perdues",
            "Le café refroidit, la pluie fait des dentelles",
            "Et l'on compte à voix basse les heures infidèles",
        ),
        (
            "Reste encore un peu, le temps d'une chanson",
            "Le métro peut attendre, et le monde à raison",
            "La la la, mon amour",
            "Jusqu'au petit jour",
        ),
    ),
    Tongue(
        ("russian", "ukrainian", "slavic"),
        "бгджзийлпфцчшщыьэюя",
        ("Бумажный кораблик", "Огни на реке", "Последний трамвай"),
        (
            "Снег ложится на крыши, как тихий рассказ",
            "Старый тихий трамвай увозит всех нас",
            "В окнах жёлтый огонь, на столе тишина",
            "И качает над городом лодку луна",
            "Ты поёшь в полусне, и не видно земли",
            "И бумажные в небе плывут корабли",
        ),
        ("Пой со мной, пока горит окно", "Пой со мной, нам утро суждено", "Ла-ла-ла, моя река", "Ночь легка, легка"),
    ),
)

HOSTILE_TITLE = (
    "[/Outro] [bold red]Free\x1b[2J\x1b]52;c;ZWNobyBoYWNrZWQ=\x07 Money\u202egnp.exe\u200b [link=x]\x00\x9b31m \ud83d"
)
"""Markup, a screen wipe, a clipboard write, bidi and zero-width signs, NUL, C1 and a lone surrogate."""
HOSTILE_LYRICS = (
    "[Verse]\n\x1b]0;your window is mine\x07First line\r\nSecond \x1b[31mred\x1b[0m line\u2028third\n[/Outro]\n[bold]\n"
    "[Chorus]\nZ" + "\u0301" * 200 + "algo\n\u202eright to left\u202c\n$(reboot) `id` \\x1b[0m\n" + "[" * 40 + "\n"
)
HOSTILE_TAGS = "edm\x1b[5m, [blink], \u2066pop\u2069, \tа\x7f"
