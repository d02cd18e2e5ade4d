"""Every code that is stored or printed, as it is: columns, words, keys of JSON, names of files, commands and bindings.

Libraries, exports, config files and scripts have them, so none may change with the name of a class or a function. What
fails here is to be put right in the program, not in these lists; a new code is added to them.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import MISSING, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

import sunotui
from sunotui.cli import exit_codes
from sunotui.cli.arguments.parser import build_parser
from sunotui.cli.registry import HANDLERS
from sunotui.core.system.crash_report import report_crash
from sunotui.core.system.terminal_lock import TerminalLock
from sunotui.core.transfer.csv_export import HEADS
from sunotui.core.transfer.jsonl_writer import document_from_record
from sunotui.demo.dialects import DIALECTS
from sunotui.demo.faults import FAULTS, Place
from sunotui.domain.browse import CollectionKind, Sort
from sunotui.domain.capabilities import Software, Support
from sunotui.domain.dialect import DIALECT_SETTINGS, Dialect
from sunotui.domain.errors import ErrorSource, SunotuiError
from sunotui.domain.export_records import (
    FORMAT,
    FORMAT_VERSION,
    ExportedAlbum,
    ExportedCapabilities,
    ExportedDraft,
    ExportedLabel,
    ExportedPrice,
    ExportedRating,
    ExportedSearch,
    ExportedTask,
    ExportedTimings,
    Record,
)
from sunotui.domain.features import Feature
from sunotui.domain.midi import Instrument, Note, notes_from_json, notes_to_json
from sunotui.domain.persona import Persona
from sunotui.domain.profile import ENV_PROFILE, Profile, parse_base_url
from sunotui.domain.requests.request import _BY_WORD, DerivedRequest, MusicRequest, Request, from_json, to_json
from sunotui.domain.search.filters import FIELDS as FILTER_FIELDS
from sunotui.domain.search.filters import Flag
from sunotui.domain.search.query import TEXT_FIELDS
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.summary import View
from sunotui.domain.tasks.task import Task
from sunotui.storage.backup import backups_of, folder_of
from sunotui.storage.config.profiles import KNOWN_PROFILE_KEYS, ProfileStore
from sunotui.storage.config.settings import load_settings
from sunotui.storage.gateway_facts.capabilities import capabilities_of, text_of
from sunotui.storage.paths import AppPaths, find_paths
from sunotui.storage.secrets.tokens import SERVICE, _user
from sunotui.storage.transfer.importer import ImportStatus
from sunotui.tui.commands import COMMANDS, binding_id
from sunotui.tui.composer.draft import Draft
from sunotui.tui.composer.draft_store import _ASIDE, _NAME
from sunotui.tui.composer.fields import _MODES, FIELD_BY_ID
from sunotui.tui.keymap import checked
from sunotui.tui.theme import SUNOTUI
from tests.support.format_fixture import FORMAT_V6, FormatFixture

# --- the library -----------------------------------------------------------------------------------------------------

TABLES = {
    "album": "id name key created_at",
    "album_take": "album_id task_id clip_id place",
    "answer": "task_id raw",
    "balance_look": "profile origin remaining unit seen_at",
    "clip": "task_id id take title status tags lyrics description model duration_s audio_url video_url image_url "
    "created_at error exclude parents derivations bpm musical_key style_weight weirdness audio_weight persona_id "
    "is_max_mode",
    "descent": "parent_id task_id clip_id",
    "draft": "name text",
    "label": "id name key",
    "offers": "profile text",
    "opinion": "task_id clip_id is_starred rating heard_at",
    "persona": "profile id name clip_id created_at",
    "price": "seq profile action amount unit learned_at",
    "saved_search": "id name key query sort is_reversed",
    "submission": "seq id profile request path body state owner created_at sent_at ended_at task_id retry_of trouble "
    "trouble_kind request_id http_status answer task_hint result origin",
    "tallied": "seq profile kind status is_starred is_unheard is_trashed",
    "tally": "profile kind status is_starred is_unheard is_trashed n",
    "task": "seq id profile kind status added_at fail_reason progress submitted_at started_at finished_at checked_at "
    "misses submission_id title_hint title model duration_s is_streaming takes lyrics_title lyrics_text lyrics_tags "
    "lyrics_error made_in_s is_starred rating heard note trashed_at title_key length_key model_key",
    "task_label": "task_id label_id",
    "timing": "clip_id text",
    "wish_parent": "submission_id parent_id",
    "words": "title tags lyrics prompt description model ids labels note",
}
_SHADOWS = re.compile(r"words_\w+|sqlite_\w+")
"""Tables that SQLite makes by itself."""


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
        assert db.execute("PRAGMA user_version").fetchone() == (6,)
    db.close()
    assert dict(sorted(tables.items())) == TABLES


# --- words -----------------------------------------------------------------------------------------------------------

WORDS: dict[type[StrEnum], str] = {
    TaskKind: "music lyrics concat upload persona tags file",
    TaskStatus: "not_started submitted queued in_progress success failure unknown lost",
    ClipStatus: "submitted queued streaming complete error",
    DerivationKind: "continuation part cover section stem edit audio-prompt artist persona upsample added-vocals "
    "added-instrumental speed mashup playlist",
    SubmissionState: "ready sending accepted rejected unknown dropped",
    Sort: "age title length rating model relevance",
    View: "all active songs lyrics starred unheard failed trash",
    CollectionKind: "view label album gateway search",
    Flag: "starred unheard heard rated trashed active failed song",
    ImportStatus: "added changed there refused",
    Dialect: "flat nested sunoapi",
    Place: "submit fetch extra upload storage",
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


def test_the_names_of_features_and_verdicts() -> None:
    assert {feature.code: feature.value for feature in Feature} == FEATURES
    assert [verdict.code for verdict in Support] == ["offered", "missing", "doubtful", "unknown"]


def test_error_codes_and_their_exit_codes() -> None:
    kinds = [SunotuiError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert all("code" in vars(kind) for kind in kinds), "each class has a code of its own"
    assert {kind.code: exit_codes.exit_code_by_error_code(kind.code) for kind in kinds} == EXIT_CODES
    assert (exit_codes.DONE, exit_codes.OUTPUT, exit_codes.UNKNOWN, exit_codes.CRASHED) == (0, 5, 6, 70)
    assert (exit_codes.INTERRUPTED, exit_codes.PIPE_CLOSED) == (130, 141)


def test_the_fields_of_a_search() -> None:
    assert " ".join(FILTER_FIELDS) == "is status kind since before len rating model label album gateway"
    assert " ".join(TEXT_FIELDS) == "title tag tags lyrics prompt description id note"


def test_no_code_is_made_of_an_identifier() -> None:
    """The usual ways: `member.name.lower()`, and an enumeration of words that Python chooses."""
    root = Path(sunotui.__file__).parent
    sources = {path: path.read_text("utf-8") for path in root.rglob("*.py")}
    assert [path for path, text in sources.items() if re.search(r"\.name\.lower\(", text)] == []
    for path, text in sources.items():
        for members in re.findall(r"^class \w+\(StrEnum\):\n((?:(?: {4}.*)?\n)+)", text, re.MULTILINE):
            assert "auto()" not in members, path


# --- requests, exports and other JSON --------------------------------------------------------------------------------

_SONG = "audio_weight duration_s exclude extra gender instrumental kind lyrics model style style_weight title weirdness"
_DERIVED = f"{_SONG} at_s clip_id count end_s is_loop more_clip_ids sound start_s task_id url variation"
_FILE = "clip_id kind task_id"
REQUESTS = {
    "music": f"{_SONG} description extend_at_s extend_clip_id extend_task_id extend_upload persona_as_voice "
    "persona_clip_id persona_id",
    "lyrics": "extra kind prompt",
    "concat": "clip_id extra is_infill kind",
    "cover": _DERIVED,
    "cover_extend": _DERIVED,
    "infill": _DERIVED,
    "fixed_infill": _DERIVED,
    "infill_intro": _DERIVED,
    "infill_outro": _DERIVED,
    "cover_infill": _DERIVED,
    "upload_infill": _DERIVED,
    "add_instrumental": _DERIVED,
    "add_vocals": _DERIVED,
    "remaster": _DERIVED,
    "mashup": _DERIVED,
    "inspired": _DERIVED,
    "sound": _DERIVED,
    "hum": _DERIVED,
    "image": _DERIVED,
    "video": _DERIVED,
    "stems": _DERIVED,
    "stems_short": _DERIVED,
    "upload": "extra kind url",
    "upload_file": "kind path",
    "persona": "clip_id description end_s kind name start_s style",
    "upsample_tags": "kind style",
    "wav": _FILE,
    "mp4": _FILE,
    "midi": _FILE,
}
"""The keys of every kind of request, by the word in `kind`."""


def _filled(made: Any, /, **given: Any) -> Any:
    """One of a class with something else in every field than its default."""
    others: dict[str, Any] = {
        field.name: _other_than(field.default)
        for field in fields(made)
        if field.default is not MISSING and field.name not in given
    }
    return made(**others, **given)


def _other_than(usual: object) -> Any:
    match usual:
        case bool():
            return not usual
        case str():
            return "x"
        case tuple():
            return ("x",)
        case int():
            return usual + 1
        case _:
            return 1.5


def test_the_words_of_requests() -> None:
    assert tuple(_BY_WORD) == tuple(REQUESTS)


@pytest.mark.parametrize("word", REQUESTS)
def test_the_keys_of_a_request(word: str) -> None:
    made = _BY_WORD[word]
    request: Request = _filled(made, task=word) if made is DerivedRequest else _filled(made)
    text = to_json(request)
    assert sorted(json.loads(text)) == sorted(REQUESTS[word].split())
    assert json.loads(text)["kind"] == word
    assert from_json(text) == request


_ALL_OF_A_CLIP = _filled(Clip, id="c", status=ClipStatus.COMPLETE, derivations=(Derivation(DerivationKind.COVER, "p"),))
_ALL_OF_A_TASK = _filled(
    Task,
    id="t",
    profile="home",
    kind=TaskKind.MUSIC,
    status=TaskStatus.SUCCESS,
    added_at=1.0,
    clips=(_ALL_OF_A_CLIP,),
    lyrics=_filled(Lyrics, title="x", text="x"),
    # No library keeps it.
    charged_quota=None,
)
_ALL_OF_A_SUBMISSION = _filled(
    Submission,
    id="s",
    profile="home",
    request=MusicRequest(description="x"),
    path="/suno/submit/music",
    body="{}",
    state=SubmissionState.ACCEPTED,
    created_at=1.0,
)
RECORDS: dict[str, Record] = {
    "submission": _ALL_OF_A_SUBMISSION,
    "task": _filled(ExportedTask, task=_ALL_OF_A_TASK, opinions=(_filled(ExportedRating, clip_id="c"),)),
    "label": ExportedLabel("x"),
    "album": _filled(ExportedAlbum, name="x"),
    "search": _filled(ExportedSearch, name="x"),
    "timing": ExportedTimings("c", "x"),
    "persona": Persona("v", "x", "c", "home", 1.0),
    "price": ExportedPrice("home", "music", 0.1, "$", 1.0),
    "offers": ExportedCapabilities("home", "{}"),
    "draft": ExportedDraft("composer", "{}"),
}
RECORD_KEYS = {
    "submission": "answer body created_at ended_at http_status id path profile request request_id result retry_of "
    "sent_at state task_hints task_id trouble trouble_kind",
    "task": "added_at checked_at clips fail_reason finished_at id kind labels lyrics made_in_s misses note opinions "
    "profile progress raw started_at status submission_id submitted_at title_hint trashed_at",
    "label": "name",
    "album": "created_at name takes",
    "search": "is_reversed name query sort",
    "timing": "clip_id text",
    "persona": "clip_id created_at id name profile",
    "price": "action amount learned_at profile unit",
    "offers": "profile text",
    "draft": "name text",
}
CLIP_KEYS = (
    "audio_url audio_weight bpm created_at derivations description duration_s error exclude id image_url is_max_mode "
    "lyrics model musical_key parents persona_id status style_weight tags title video_url weirdness"
)


@pytest.mark.parametrize("word", RECORD_KEYS)
def test_the_keys_of_an_exports_record(word: str) -> None:
    made = document_from_record(RECORDS[word])
    assert made.pop("record") == word
    assert " ".join(sorted(made)) == RECORD_KEYS[word]


def test_the_keys_inside_of_an_exported_task() -> None:
    made = document_from_record(RECORDS["task"])
    assert " ".join(sorted(made["clips"][0])) == CLIP_KEYS
    assert sorted(made["clips"][0]["derivations"][0]) == ["id", "kind"]
    assert sorted(made["lyrics"]) == ["error", "tags", "text", "title"]
    assert sorted(made["opinions"][0]) == ["clip_id", "heard_at", "is_starred", "rating"]
    assert (FORMAT, FORMAT_VERSION) == ("sunotui-library", 1)


def test_the_heads_of_the_table() -> None:
    assert ",".join(HEADS) == (
        "task,clip,take,profile,kind,status,title,style,model,length_s,starred,rating,heard_at,labels,note,added_at,"
        "finished_at,trashed_at,prompt,lyrics,fail_reason,audio_url,video_url,image_url"
    )


def test_the_json_of_notes() -> None:
    text = '{"instruments":[{"name":"Piano","notes":[{"pitch":60,"start_s":0.5,"end_s":1.25,"velocity":64}]}]}'
    notes = (Instrument("Piano", (Note(60, 0.5, 1.25, 64),)),)
    assert notes_to_json(notes) == text
    assert notes_from_json(text) == notes


def test_the_json_of_what_a_gateway_offers() -> None:
    evidence = {
        word: {"is_offered": at % 2 == 0, "learned_at": float(at), "reason": "seen"}
        for at, word in enumerate(FEATURES.values())
    }
    dialects = {
        word: {"strength": strength, "learned_at": 1.0, "reason": "seen"}
        for word, strength in (("flat", "hint"), ("nested", "likely"), ("sunoapi", "proof"))
    }
    text = json.dumps(
        {
            "home": "https://api.example",
            "software": "new-api",
            "version": "v1",
            "system_name": "x",
            "models": ["chirp-hawk"],
            "probed_at": 1.0,
            "evidence": evidence,
            "dialects": dialects,
        },
        sort_keys=True,
    )
    assert text_of(*capabilities_of(text)) == text


def test_drafts_their_names_modes_and_fields() -> None:
    assert (_NAME, _ASIDE) == ("composer", "set-aside")
    assert " ".join(_MODES) == (
        "describe custom lyrics extend concat upload cover infill stems cover_extend fixed_infill infill_intro "
        "infill_outro cover_infill upload_infill add_instrumental add_vocals remaster mashup inspired sound hum image "
        "video stems_short"
    )
    assert " ".join(FIELD_BY_ID) == (
        "description prompt url clip at start end task upload infill count clips variation sound loop media title "
        "style lyrics instrumental exclude persona persona_clip model stem_model more style_weight weirdness "
        "audio_weight gender duration_s persona_as_voice takes extra"
    )
    text = '{"mode": "extend", "values": {"clip": "c", "at": "1:15"}, "also": ["exclude"]}'
    assert Draft.read(text) == Draft("extend", {"clip": "c", "at": "1:15"}, ("exclude",))
    assert Draft.read(text).text() == text


# --- config, files and environment -----------------------------------------------------------------------------------


def _fixture_places() -> AppPaths:
    return AppPaths(data=Path("/nowhere"), config=FORMAT_V6 / "config")


def test_the_settings_of_a_config_file() -> None:
    settings = load_settings(_fixture_places())
    assert (settings.profile, settings.theme, settings.bell, settings.warnings) == ("home", "nord", False, ())
    keys = {
        "library.compose": "c,ctrl+n",
        "library.take.1": "f1",
        "list.move.down": "j,n",
        "detail.top": "home",
        "composer.send": "ctrl+s",
        "composer.mode.describe": "f2",
        "submissions.retry": "R",
        "profiles.use": "u",
        "everywhere.help": "question_mark",
    }
    assert checked(settings.keys) == (keys, [])
    assert SUNOTUI.name == "sunotui"


def test_the_profiles_of_a_config_folder() -> None:
    assert KNOWN_PROFILE_KEYS == ("base_url", "model", "dialect", "token_command", "allow_http", "proxy")
    book = ProfileStore(_fixture_places())
    found = book.all()
    assert book.default == "work"
    assert list(found) == ["home", "local", "work"]
    assert [str(profile.base_url) for profile in found.values()] == [
        *("https://api.home.example", "http://127.0.0.1:8000", "https://api.work.example")
    ]
    assert [(profile.model, profile.dialect) for profile in found.values()] == [
        *(("chirp-hawk", "flat"), ("", ""), ("chirp-v4", "nested"))
    ]
    echo = ("echo", "token-of-the-fixture")
    assert [profile.token_command for profile in found.values()] == [echo, ("cat", "/dev/null"), echo]
    assert [profile.allow_clear for profile in found.values()] == [False, True, False]
    assert [profile.proxy is not None for profile in found.values()] == [True, False, True]
    assert DIALECT_SETTINGS == ("auto", "flat", "nested", "sunoapi")


def test_the_place_of_a_token_in_the_keyring() -> None:
    profile = Profile("home", parse_base_url("https://api.example/suno"))
    assert (SERVICE, _user(profile)) == ("sunotui", "home https://api.example")


def test_the_names_of_files(tmp_path: Path) -> None:
    places = find_paths({"SUNOTUI_DATA_DIR": str(tmp_path / "d"), "SUNOTUI_CONFIG_DIR": str(tmp_path / "c")})
    assert [path.relative_to(tmp_path).as_posix() for path in (places.library, places.event_log)] == [
        *("d/library.db", "d/events.log")
    ]
    assert [path.relative_to(tmp_path).as_posix() for path in (places.config_file, places.profiles_file)] == [
        *("c/config.toml", "c/profiles.json")
    ]
    folder = folder_of(places.library)
    assert folder == tmp_path / "d" / "backups"
    folder.mkdir(parents=True)
    (folder / "library-2026-01-31.db").touch()
    assert len(backups_of(places.library)) == 1
    report_crash(ValueError(), tmp_path / "d")
    assert TerminalLock(tmp_path / "d", "/dev/pts/3").acquire() is False
    names = {re.sub(r"\d{8}-\d{6}-[0-9a-f]+", "TIME", path.name) for path in (tmp_path / "d").rglob("*")}
    assert names == {"backups", "library-2026-01-31.db", "crash-TIME.txt", "terminals", "dev-pts-3"}


def test_the_environment() -> None:
    root = Path(sunotui.__file__).parent
    named = {name for path in root.rglob("*.py") for name in re.findall(r"\bSUNOTUI_[A-Z_]+", path.read_text("utf-8"))}
    assert sorted(named) == [
        *("SUNOTUI_BASE_URL", "SUNOTUI_CONFIG_DIR", "SUNOTUI_DATA_DIR", "SUNOTUI_DIALECT"),
        *("SUNOTUI_PROFILE", "SUNOTUI_TOKEN"),
    ]
    assert ENV_PROFILE == "env"


# --- bindings, commands and the demo ---------------------------------------------------------------------------------

BINDINGS = {
    "library": "compose search filter sort mark mark-range copy-url copy-choose open-url open-choose reuse extend "
    "concat cover infill stems more-from-take persona words-to-composer timing wav mp4 midi ask-now take.1 take.2 "
    "take.3 take.4 take.5 take.6 take.7 take.8 take.9 previous-take next-take star rate labels note albums hear trash "
    "undo save-search forget-place earlier-in-album later-in-album rename-album parent child next-tab previous-tab "
    "go-in go-back next-pane previous-pane submissions profiles statistics messages leave",
    "list": "move.down move.up half-page.down half-page.up first last",
    "detail": "scroll.down scroll.up page.down page.up top bottom",
    "composer": "send mode.describe mode.custom mode.lyrics mode.extend mode.concat mode.upload mode.cover mode.infill "
    "mode.stems other-gateway richer-style ask-words recall choose-persona choose-take more-modes edit-outside clear "
    "leave turn-mode.next turn-mode.previous",
    "submissions": "look found retry drop answer",
    "profiles": "use log-in probe log-out",
    "everywhere": "help command-palette suspend-process quit",
}
_SEND = "--wait --timeout --again --extra"
OPTIONS = {
    "": "--version --profile --demo --keep-demo --seed --speed --fault --dialect",
    "login": "--profile --base-url --token-stdin --allow-http",
    "logout": "--profile",
    "profiles": "--profile --json",
    "music": "--profile --json --describe --lyrics-file --title --style --exclude --model --instrumental --persona "
    "--persona-clip --persona-as --extend --cover --replace --add-vocals --add-instrumental --remaster --hum --mashup "
    "--inspired-by --sound --image --video --part --variation --loop --at --from --to --style-weight --weirdness "
    f"--audio-weight --gender --duration --takes --yes {_SEND}",
    "lyrics": f"--profile --json {_SEND}",
    "upload": f"--profile --json {_SEND}",
    "concat": f"--profile --json --infill {_SEND}",
    "stems": f"--profile --json --parts --short --title --model {_SEND}",
    "tags": "--profile --json --again --timeout",
    "timing": "--profile --json --lrc",
    "wav": "--profile --json --take --again --timeout --copy",
    "video": "--profile --json --take --again --timeout --copy",
    "midi": "--profile --json --take --again --timeout -o --output",
    "feed": "--profile --json",
    "personas": "--profile --json",
    "persona": "--profile --json --name --description --style --from --to --again --timeout",
    "fetch": "--profile --json",
    "wait": "--profile --json --timeout",
    "tasks": "--profile --json --status --search --limit --sort --reverse",
    "stats": "--profile --json",
    "show": "--profile --json",
    "url": "--profile --take --kind --copy --again --timeout",
    "export": "--profile -o --output --csv --html --search --ids --title --with-audio",
    "import": "--profile --json",
    "tag add": "--profile --json",
    "tag remove": "--profile --json",
    "tag list": "--profile --json",
    "rate": "--profile --json --star --unstar --heard --unheard --take",
    "note": "--profile --json",
    "album list": "--profile --json",
    "album show": "--profile --json",
    "album add": "--profile --json --take",
    "album remove": "--profile --json --take",
    "album move": "--profile --json --to --take",
    "album rename": "--profile --json",
    "album delete": "--profile --json",
    "search list": "--profile --json",
    "search save": "--profile --json --sort --reverse",
    "search show": "--profile --json --limit",
    "search delete": "--profile --json",
    "trash": "--profile --json",
    "restore": "--profile --json",
    "submissions": "--profile --json --limit --resolve",
    "doctor": "--profile --json --offline --repair --yes",
    "demo-gateway": "--profile --json --port --seed --speed --fault --dialect",
}
"""The commands of the command line, and the options of each."""


def test_the_names_of_bindings() -> None:
    frozen = [f"{scope}.{name}" for scope, names in BINDINGS.items() for name in names.split()]
    assert [binding_id(command) for command in COMMANDS] == frozen


def test_the_commands_and_their_options() -> None:
    assert dict(_options(build_parser(), "")) == OPTIONS
    assert set(HANDLERS) == set(OPTIONS)


def _options(parser: Any, name: str) -> list[tuple[str, str]]:
    own: list[str] = []
    found: list[tuple[str, str]] = []
    is_group = False
    for action in parser._actions:
        own += [option for option in action.option_strings if option not in {"-h", "--help"}]
        if not action.option_strings and isinstance(action.choices, dict):
            is_group = bool(name)
            for word, inner in action.choices.items():
                found += _options(inner, f"{name} {word}".strip())
    return found if is_group else [(name, " ".join(own)), *found]


def test_the_faults_and_dialects_of_the_demo() -> None:
    assert " ".join(FAULTS) == (
        "slow lost-answer empty-200 http-500 http-502-html rate-limit maintenance quota bad-token fail-task half-fail "
        "unknown-id null-data silence-audio two-documents html-200 half-body bad-clip hostile-text"
    )
    assert " ".join(DIALECTS) == "reference new-api new-api-2026 one-hub paid key4u claude360 gptproto crazyrouter"
    assert DIALECTS["new-api"].aliases == ("new-api-2025",)
