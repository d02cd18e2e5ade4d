"""The tables and columns of the library, and the words that are stored or printed.

Libraries, exports, config files and scripts contain these codes, so none may change when a class or function is
renamed. If a test here fails, correct the program, not the list; a new code is added to the list.
"""

from __future__ import annotations

import re
import sqlite3
from enum import StrEnum
from pathlib import Path

import pytest

import sunotui
from sunotui.cli.exits import exit_codes
from sunotui.demo.faults import FaultTarget
from sunotui.domain.browse import CollectionKind, Sort
from sunotui.domain.errors import ErrorSource, SunotuiError
from sunotui.domain.gateways.capabilities import Software, Support
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.features import Feature
from sunotui.domain.search.filters import FIELDS as FILTER_FIELDS
from sunotui.domain.search.filters import FLAG_NAMES, Flag
from sunotui.domain.search.query import TEXT_FIELDS
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.clip import ClipStatus, DerivationKind
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.summary import View
from sunotui.storage.transfer.importer import ImportStatus
from tests.support.format_fixture import FORMAT_V6, FormatFixture

# --- the library ------------------------------------------------------------------------------------------------------
TABLES = {
    "album": "id name key created_at cover_clip cover_path artist",
    "album_take": "album_id task_id clip_id place",
    "answer": "task_id raw",
    "balance_look": "profile origin remaining unit seen_at",
    "clip": "task_id id take title status tags lyrics description model duration_s audio_url video_url image_url "
    "created_at error exclude parents derivations bpm musical_key style_weight weirdness audio_weight persona_id "
    "is_max_mode",
    "family_link": "parent_seq child_seq",
    "descent": "parent_id task_id clip_id",
    "download": "id profile task_id clip_id kind folder state reason tries added_at updated_at",
    "draft": "name text",
    "hook_run": "task_id profile event started_at ended_at exit_code",
    "label": "id name key",
    "link_life": "profile shortest_dead_s longest_alive_s updated_at",
    "loudness": "clip_id lufs peak_db measured_at",
    "offers": "profile text",
    "opinion": "task_id clip_id is_starred rating heard_at plays last_played_at",
    "persona": "profile id name clip_id created_at",
    "playback": "name value",
    "price": "seq profile action amount unit learned_at",
    "saved_takes": "task_id",
    "saved_file": "clip_id kind path task_id profile size sha256 mtime_ns saved_at checked_at state",
    "saved_search": "id name key query sort is_reversed",
    "submission": "seq id profile request path body state owner created_at sent_at ended_at task_id retry_of trouble "
    "trouble_kind request_id http_status answer task_hint result origin",
    "tallied": "seq profile kind status is_starred is_unheard is_trashed",
    "tally": "profile kind status is_starred is_unheard is_trashed n",
    "task": "seq id profile kind status added_at fail_reason progress submitted_at started_at finished_at checked_at "
    "misses submission_id title_hint title model duration_s is_streaming takes lyrics_title lyrics_text lyrics_tags "
    "lyrics_error made_in_s is_starred rating heard note trashed_at title_key length_key model_key family_at "
    "family_seq family_place last_played_at saved unsaved_favourites",
    "task_label": "task_id label_id",
    "timing": "clip_id text",
    "triage_decision": "clip_id task_id verdict rating decided_at is_pending",
    "triage_later": "clip_id task_id until",
    "verdict": "winner_clip loser_clip compared_at profile winner_task loser_task",
    "wish_parent": "submission_id parent_id",
    "words": "title tags lyrics prompt description model ids labels note",
}
_SHADOWS = re.compile(r"words_\w+|sqlite_\w+")
"""Tables that SQLite creates automatically."""


def test_the_tables_of_a_new_library(tmp_path: Path) -> None:
    made = FormatFixture(FORMAT_V6, tmp_path, is_empty=True)
    made.output("tag", "list", "--json")
    with sqlite3.connect(made.library) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")]
        tables = {
            name: " ".join(column for _, column, *_ in db.execute(f"PRAGMA table_info({name})"))
            for name in names
            if not _SHADOWS.fullmatch(name)
        }
        assert db.execute("PRAGMA application_id").fetchone() == (0x53554E4F,)
        assert db.execute("PRAGMA user_version").fetchone() == (11,)
    db.close()
    assert dict(sorted(tables.items())) == TABLES


# --- words ------------------------------------------------------------------------------------------------------------
WORDS: dict[type[StrEnum], str] = {
    TaskKind: "music lyrics concat upload persona tags file",
    TaskStatus: "not_started submitted queued in_progress success failure unknown lost",
    ClipStatus: "submitted queued streaming complete error",
    DerivationKind: "continuation part cover section stem edit audio-prompt artist persona upsample added-vocals "
    "added-instrumental speed mashup playlist",
    SubmissionState: "ready sending accepted rejected unknown dropped",
    Sort: "age title length rating model relevance",
    View: "all active songs lyrics starred unheard at_risk failed trash",
    CollectionKind: "view label album gateway search",
    Flag: "starred unheard heard rated trashed active failed song saved at-risk",
    ImportStatus: "added changed there refused",
    Dialect: "flat nested sunoapi",
    FaultTarget: "submit fetch extra upload storage audio",
}
PHRASES: dict[type[StrEnum], tuple[str, ...]] = {
    Software: ("Suno-API", "new-api", "one-hub", ""),
    ErrorSource: (
        *("token", "key's quota", "key's limits", "account's money", "your request", "gateway", "gateway's upstream"),
        *("gateway's own login", "proxy", "network", "this computer"),
    ),
}
FEATURES = {
    "concat": "concat",
    "upload": "upload by address",
    "upload_file": "file upload",
    "cover": "cover",
    "infill": "infill",
    "persona": "persona",
    "stems": "stems",
    "exclude": "excluded styles",
    "extra": "extra fields",
    "tags": "tag upsampling",
    "timing": "aligned lyrics",
    "feed": "feed",
    "wav": "wav",
    "cover_extend": "extended cover",
    "add_vocals": "added vocals",
    "add_instrumental": "added instrumental",
    "remaster": "remaster",
    "mashup": "mashup",
    "inspired": "inspired by clips",
    "sound": "sound effect",
    "hum": "hum to song",
    "image": "image to song",
    "video": "video to song",
    "sliders": "sliders",
    "persona_creation": "persona creation",
    "mp4": "mp4",
    "midi": "midi",
    "my_musics": "song listing",
}
"""What the JSON documents call each feature, and what the library and the screens call it."""
EXIT_CODES = {
    "token_missing": 3,
    "token_malformed": 3,
    "token_refused": 3,
    "token_limited": 3,
    "model_not_allowed": 3,
    "keyring_trouble": 3,
    "key_quota_spent": 4,
    "account_empty": 4,
    "request_refused": 2,
    "request_impossible": 2,
    "sent_already": 2,
    "address_refused": 2,
    "settings_trouble": 2,
    "not_offered": 5,
    "too_fast": 5,
    "gateway_failed": 5,
    "gateway_login_lost": 5,
    "not_a_gateway": 5,
    "answer_unreadable": 5,
    "network_down": 5,
    "timed_out": 5,
    "media_unavailable": 5,
    "not_found": 7,
    "not_ready": 8,
    "journal_unwritable": 9,
    "library_trouble": 9,
    "library_damaged": 9,
    "library_newer": 9,
    "library_not_open": 9,
    "trouble": 1,
}
"""The kinds of trouble, as the journal and exports have them, and the exit code of each."""


@pytest.mark.parametrize("words", [*WORDS, *PHRASES])
def test_the_words_of_an_enumeration(words: type[StrEnum]) -> None:
    frozen = PHRASES[words] if words in PHRASES else tuple(WORDS[words].split())
    assert tuple(word.value for word in words) == frozen


def test_the_names_of_features_and_support() -> None:
    assert {feature.code: feature.value for feature in Feature} == FEATURES
    assert [support.code for support in Support] == ["offered", "missing", "doubtful", "unknown"]


def test_error_codes_and_their_exit_codes() -> None:
    kinds = [SunotuiError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert all("code" in vars(kind) for kind in kinds), "each class has a code of its own"
    assert {kind.code: exit_codes.exit_code_by_error_code(kind.code) for kind in kinds} == EXIT_CODES
    assert (exit_codes.DONE, exit_codes.OUTPUT, exit_codes.UNKNOWN, exit_codes.CRASHED) == (0, 5, 6, 70)
    assert (exit_codes.INTERRUPTED, exit_codes.PIPE_CLOSED) == (130, 141)


def test_the_fields_of_a_search() -> None:
    flag_names = {name: flag.value for name, flag in FLAG_NAMES.items()}
    assert flag_names == {"favourite": "starred", "unplayed": "unheard", "played": "heard"}
    assert " ".join(FILTER_FIELDS) == "is status kind since before played heard len rating model label album gateway"
    assert " ".join(TEXT_FIELDS) == "title style tag tags lyrics prompt description id note"


def test_no_code_is_made_of_an_identifier() -> None:
    """The usual ways: `member.name.lower()`, and an enumeration of words that Python chooses."""
    root = Path(sunotui.__file__).parent
    sources = {path: path.read_text("utf-8") for path in root.rglob("*.py")}
    assert [path for path, text in sources.items() if re.search(r"\.name\.lower\(", text)] == []
    for path, text in sources.items():
        for members in re.findall(r"^class \w+\(StrEnum\):\n((?:(?: {4}.*)?\n)+)", text, re.MULTILINE):
            assert "auto()" not in members, path
