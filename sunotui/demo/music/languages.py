"""Songs in other languages and scripts: whole lines, since templates would not rhyme."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """The parts of songs in another language or script."""

    asked_by: tuple[str, ...]
    """Lower-case words of a prompt that select the language."""
    script: str
    """Letters in a prompt that select the language; empty if the script is shared."""
    titles: tuple[str, ...]
    verses: tuple[str, ...]
    chorus: tuple[str, ...]


TONGUES: tuple[Language, ...] = (
    Language(
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
    Language(
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
    Language(
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
    Language(
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
    Language(
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
    Language(
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
