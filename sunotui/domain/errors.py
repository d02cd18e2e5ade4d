"""The errors of sunotui: what happened, where the fault lies, what to do next, and whether it may have cost money.

Every error is a subclass of the base class, one for each cause."""

from __future__ import annotations

from enum import StrEnum

from sunotui.domain.text import clean

SENTENCE_LIMIT = 600
"""The maximum length of a sentence, in characters; the gateway's own text is shortened first."""


class ErrorSource(StrEnum):
    """Where the fault lies."""

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
    """Whether the request that failed may have cost money."""

    NO = "no"
    MAYBE = "maybe"


class SunotuiError(Exception):
    """A failure, described in one sentence. Subclasses say what happened; `advice` says what to do next."""

    code = "trouble"
    """A stable identifier for scripts and for the journal, such as "token_refused". Each class states its own, so that
    renaming a class does not change it."""
    what = "Something went wrong"
    source = ErrorSource.GATEWAY
    advice = ""

    def __init__(
        self,
        what: str = "",
        *,
        advice: str | None = None,
        topic: str = "",
        subject: str = "",
        source: ErrorSource | None = None,
        detail: str = "",
        answer: str = "",
        request_id: str = "",
        charge: Charge = Charge.NO,
        http_status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        """`advice` replaces the class's advice; empty if nothing helps.

        `topic` is the key under which a front end looks up its own advice text, such as the command to run; by default
        the class's code, unless `advice` is given. `subject` is the name or id to insert into that text. `detail` is
        the gateway's own text and `answer` the beginning of its whole response, both sanitized and without keys.
        `request_id` identifies the request to the gateway's support. `source` overrides the class's source."""
        self.what = what or type(self).what
        self.advice = type(self).advice if advice is None else advice
        self._topic = topic
        self.subject = subject
        self.source = source or type(self).source
        self.detail = detail
        self.answer = answer
        self.request_id = request_id
        self.charge = charge
        self.http_status = http_status
        self.retry_after_s = retry_after_s
        super().__init__(self.what)

    @property
    def topic(self) -> str:
        """The key into the front ends' tables of advice; empty for an error with advice of its own and no topic."""
        return self._topic or (self.code if self.advice == type(self).advice else "")

    @property
    def sentence(self) -> str:
        """What happened, what to do, and whether it may have cost money, on one line; the same for the same error."""
        return self.worded()

    def worded(self, advice: str | None = None, *, with_request_id: bool = False) -> str:
        """The sentence; a given `advice` replaces the error's own. The gateway's support can find the failure by its
        request id."""
        advice = self.advice if advice is None else advice
        address = f"Request id: {self.request_id}" if with_request_id and self.request_id else ""
        charged = "It may have been charged" if self.charge is Charge.MAYBE else ""
        tail = "".join(f". {part}" for part in (advice.rstrip("."), charged, address) if part) + "."
        what = self.what.rstrip(".")
        room = SENTENCE_LIMIT - len(what) - len(tail) - len(" ()")
        if self.detail and self.detail not in self.what and room > 0:
            what += f" ({clean(self.detail, room)})"
        return clean(what + tail, SENTENCE_LIMIT)


# --- the token -------------------------------------------------------------------------------------------------------


class TokenMissing(SunotuiError):
    """No source has a token for the profile."""

    code = "token_missing"
    what = "There is no token for this gateway"
    source = ErrorSource.TOKEN
    advice = "Log in, or set SUNOTUI_BASE_URL and SUNOTUI_TOKEN"


class TokenMalformed(SunotuiError):
    """The text cannot be a token; it is never quoted (K5)."""

    code = "token_malformed"
    what = "That is not a token: it must be 8 to 512 printable ASCII characters without blanks"
    source = ErrorSource.TOKEN
    advice = "Copy the key from your gateway's page once more"


class TokenRejected(SunotuiError):
    """The gateway does not know the token."""

    code = "token_refused"
    what = "The gateway refused the token"
    source = ErrorSource.TOKEN
    advice = "Check the key on your gateway's page, then log in again"


class TokenLimited(SunotuiError):
    """The token is valid but restricted: other IP addresses only, no API access, or a locked account."""

    code = "token_limited"
    what = "The gateway knows the key but does not let it do this"
    source = ErrorSource.KEY_LIMITS
    advice = "Look at the key's limits on your gateway's page, or use a key without any"


class ModelNotAllowed(TokenLimited):
    """The key has a list of models and this is not among them; new-api then refuses fetches too (quirk 12)."""

    code = "model_not_allowed"
    what = "This key may not use that model"
    advice = "Use a key without a list of models: with one, some gateways do not even report songs"


class TokenStoreError(SunotuiError):
    """The OS keyring is missing, locked, denies access or does not respond."""

    code = "keyring_trouble"
    what = "The OS keyring did not respond"
    source = ErrorSource.COMPUTER
    advice = "Unlock it, or use SUNOTUI_BASE_URL with SUNOTUI_TOKEN, a token_command, or a token for this session only"


# --- money -----------------------------------------------------------------------------------------------------------


class KeyQuotaExceeded(SunotuiError):
    """The key's own limit is used up; on new-api and one-hub fetches are refused too (protocol 5, quirk 13)."""

    code = "key_quota_spent"
    what = "This key's own quota is used up"
    source = ErrorSource.KEY_QUOTA
    advice = "Raise the key's limit on your gateway's page; your songs stay here and are asked for again"


class InsufficientBalance(SunotuiError):
    """The account's balance is too low for the request."""

    code = "account_empty"
    what = "The account has not enough money left for this"
    source = ErrorSource.MONEY
    advice = "Top up on your gateway's page, then send it again"


# --- the request -----------------------------------------------------------------------------------------------------


class RequestRejected(SunotuiError):
    """The gateway read the request and rejected it."""

    code = "request_refused"
    what = "The gateway refused the request"
    source = ErrorSource.REQUEST
    advice = "Change the request and send it again"


class InvalidRequest(SunotuiError):
    """The request is invalid; detected before anything was sent."""

    code = "request_impossible"
    what = "This request cannot be sent"
    source = ErrorSource.REQUEST


class NotSupported(SunotuiError):
    """The gateway has no such endpoint or no upstream for it."""

    code = "not_offered"
    what = "This gateway does not offer that"
    source = ErrorSource.GATEWAY
    advice = "Use another gateway"


class NotFound(SunotuiError):
    """There is no task, clip or submission with that id."""

    code = "not_found"
    what = "There is nothing by that id"
    source = ErrorSource.REQUEST
    advice = "Check the id, or fetch it from the gateway if it was made elsewhere"


class NotReady(SunotuiError):
    """The gateway accepted a request but has not delivered the result within the allowed number of attempts and
    time."""

    code = "not_ready"
    what = "The gateway has not made that yet"
    advice = "Try again later"


class DuplicateRequest(SunotuiError):
    """An identical request was sent minutes ago."""

    code = "sent_already"
    what = "The same request was sent minutes ago"
    source = ErrorSource.REQUEST
    advice = "Send it again only if you want to pay for it once more"


# --- the gateway -----------------------------------------------------------------------------------------------------


class RateLimited(SunotuiError):
    """A rate limit, or an upstream that is full (HTTP 429)."""

    code = "too_fast"
    what = "The gateway is busy or was asked too often"
    advice = "Wait a minute and try again"


class GatewayFailed(SunotuiError):
    """The gateway or its upstream failed (5xx)."""

    code = "gateway_failed"
    what = "The gateway failed"
    advice = "Wait and try again; if it stays, ask your gateway's support"


class GatewayLoginExpired(SunotuiError):
    """The gateway's own Suno account was logged out (reference server: 401 "401 Unauthorized")."""

    code = "gateway_login_lost"
    what = "The gateway's own login at its upstream has ended; your token is fine"
    source = ErrorSource.LOGIN
    advice = "Tell your gateway's support, or use another gateway"


class NotAGateway(SunotuiError):
    """The response is a web page or otherwise not from a Suno gateway: usually a wrong base URL."""

    code = "not_a_gateway"
    what = "That address responded, but not as a Suno gateway"
    advice = "Check the base URL: it is the site's root, such as https://api.example.com"


class UnreadableResponse(SunotuiError):
    """A response that could not be read: cut off, too large, or in no known shape."""

    code = "answer_unreadable"
    what = "The gateway's response could not be read"
    advice = "Nothing is lost; it is asked again"


# --- the network -----------------------------------------------------------------------------------------------------


class NetworkError(SunotuiError):
    """No connection: name not found, refused, TLS failure, cut."""

    code = "network_down"
    what = "The gateway could not be reached over the network"
    source = ErrorSource.NETWORK
    advice = "Check the network and the base URL"


class TimedOut(SunotuiError):
    """No response within the time limit."""

    code = "timed_out"
    what = "No response from the gateway came over the network in time"
    source = ErrorSource.NETWORK
    advice = "Wait and try again"


class UnsafeUrl(SunotuiError):
    """A base URL or link that must not be used: malformed, or unencrypted without consent (K3, U1)."""

    code = "address_refused"
    what = "That address is not safe to use"
    source = ErrorSource.REQUEST
    advice = "Use an https address"


class MediaError(SunotuiError):
    """An audio file could not be fetched, or what came is not audio."""

    code = "media_unavailable"
    what = "The audio could not be fetched"
    source = ErrorSource.NETWORK
    advice = "Try again later"


# --- this computer ---------------------------------------------------------------------------------------------------


class JournalWriteError(SunotuiError):
    """The library could not be written, so nothing was sent (S8)."""

    code = "journal_unwritable"
    what = "The library could not be written, so nothing was sent"
    source = ErrorSource.COMPUTER
    advice = "Free some disk space or check the folder's permissions, then send it again"


class LibraryError(SunotuiError):
    """The library file cannot be opened or read."""

    code = "library_trouble"
    what = "The library could not be opened"
    source = ErrorSource.COMPUTER
    advice = "Check the data folder"


class LibraryNotOpen(LibraryError):
    """The library is not open yet, or failed to open: a programming error, not a fault of the file."""

    code = "library_not_open"
    what = "The library is not open"
    advice = ""


class LibraryDamaged(LibraryError):
    """The library file is broken; it is not changed until the user repairs it (D6)."""

    code = "library_damaged"
    what = "The library is damaged"
    advice = "A repair rescues what can be read and keeps the damaged file"


class LibraryNewer(LibraryError):
    """The library was written by a newer version of sunotui (D4)."""

    code = "library_newer"
    what = "The library was written by a newer sunotui"
    advice = "Update sunotui, or set SUNOTUI_DATA_DIR to another folder"


class ConfigError(SunotuiError):
    """A setting in the config file or an option is invalid."""

    code = "settings_trouble"
    what = "The settings could not be used"
    source = ErrorSource.COMPUTER
    advice = "Correct the config file"
