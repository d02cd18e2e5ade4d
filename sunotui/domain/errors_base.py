"""A failure as a sentence with an address: what happened, whose matter it is, what to do, and whether money may have
been spent."""

from enum import StrEnum

from sunotui.domain.text import clean

SENTENCE_LIMIT = 600
"""Characters of a sentence at the most; the gateway's own words give way first."""


class Blame(StrEnum):
    """Whose matter a failure is."""

    TOKEN = "token"
    KEY_QUOTA = "key's quota"
    KEY_LIMITS = "key's limits"
    MONEY = "account's money"
    REQUEST = "your request"
    GATEWAY = "gateway"
    UPSTREAM = "gateway's upstream"
    LOGIN = "gateway's own login"
    PROXY = "proxy"
    NETWORK = "network"
    COMPUTER = "this computer"


class Charge(StrEnum):
    """Whether the wish that failed may have cost money."""

    NO = "no"
    MAYBE = "maybe"


class Trouble(Exception):
    """A failure told as a sentence. Subclasses say what happened; `advice` says what to do next."""

    kind = "trouble"
    """A stable word for scripts and for the journal, such as "token_refused". Each class has its own, which stays when
    the class gets another name."""
    what = "Something went wrong"
    blame = Blame.GATEWAY
    advice = ""

    def __init__(
        self,
        what: str = "",
        *,
        advice: str | None = None,
        blame: Blame | None = None,
        detail: str = "",
        answer: str = "",
        request_id: str = "",
        charge: Charge = Charge.NO,
        http_status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        """`advice` is what to do where the class's own does not help, empty where nothing does.

        `detail` is the gateway's own text, `answer` the head of its whole answer, both clean and without keys;
        `request_id` is what its support asks for; `blame` is for where the class's own is too wide."""
        self.what = what or type(self).what
        self.advice = type(self).advice if advice is None else advice
        self.blame = blame or type(self).blame
        self.detail = detail
        self.answer = answer
        self.request_id = request_id
        self.charge = charge
        self.http_status = http_status
        self.retry_after_s = retry_after_s
        super().__init__(self.what)

    @property
    def sentence(self) -> str:
        """What happened, what to do, and whether it may have cost money, on one line; the same for the same trouble."""
        return self._worded("")

    @property
    def full_sentence(self) -> str:
        """The sentence with the request id, by which the gateway's support finds this one failure."""
        return self._worded(f"Request id: {self.request_id}" if self.request_id else "")

    def _worded(self, address: str) -> str:
        charged = "It may have been charged" if self.charge is Charge.MAYBE else ""
        tail = "".join(f". {part}" for part in (self.advice.rstrip("."), charged, address) if part) + "."
        what = self.what.rstrip(".")
        room = SENTENCE_LIMIT - len(what) - len(tail) - len(" ()")
        if self.detail and self.detail not in self.what and room > 0:
            what += f" ({clean(self.detail, room)})"
        return clean(what + tail, SENTENCE_LIMIT)
