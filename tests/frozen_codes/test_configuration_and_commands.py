"""Config files, file names, environment variables, key bindings, commands, and the faults and dialects of the demo.

Libraries, exports, config files and scripts contain these codes, so none may change when a class or function is
renamed. If a test here fails, correct the program, not the list; a new code is added to the list.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import sunotui
from sunotui.cli.arguments.parser import ALIASES, build_parser
from sunotui.cli.registry import HANDLERS
from sunotui.core.paths import AppPaths, find_paths
from sunotui.core.system.crash_report import report_crash
from sunotui.core.system.terminal_lock import TerminalLock
from sunotui.demo.dialects import DIALECTS
from sunotui.demo.faults import FAULTS
from sunotui.domain.gateways.dialect import DIALECT_SETTINGS
from sunotui.domain.gateways.profile import ENV_PROFILE, Profile, parse_base_url
from sunotui.storage.backup import backups_of, folder_of
from sunotui.storage.config.profiles import KNOWN_PROFILE_KEYS, ProfileStore
from sunotui.storage.config.settings import load_settings
from sunotui.storage.secrets.tokens import SERVICE, _user
from sunotui.tui.commands.command import binding_id
from sunotui.tui.commands.keymap import checked
from sunotui.tui.commands.registry import COMMANDS
from sunotui.tui.theming.theme import SUNOTUI
from tests.support.format_fixture import FORMAT_V6


# --- config, files and environment ------------------------------------------------------------------------------------
def _fixture_paths() -> AppPaths:
    return AppPaths(data=Path("/nowhere"), config=FORMAT_V6 / "config")


def test_the_settings_of_a_config_file() -> None:
    settings = load_settings(_fixture_paths().config_file)
    assert (settings.profile, settings.theme, settings.notices.bell, settings.warnings) == ("home", "nord", False, ())
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
    store = ProfileStore(_fixture_paths().profiles_file, _fixture_paths().config_file)
    found = store.all()
    assert store.default == "work"
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
    paths = find_paths({"SUNOTUI_DATA_DIR": str(tmp_path / "d"), "SUNOTUI_CONFIG_DIR": str(tmp_path / "c")})
    own = (paths.library, paths.event_log, paths.ui_state_file)
    assert [path.relative_to(tmp_path).as_posix() for path in own] == [
        *("d/library.db", "d/events.log", "d/ui-state.json")
    ]
    assert [path.relative_to(tmp_path).as_posix() for path in (paths.config_file, paths.profiles_file)] == [
        *("c/config.toml", "c/profiles.json")
    ]
    folder = folder_of(paths.library)
    assert folder == tmp_path / "d" / "backups"
    folder.mkdir(parents=True)
    (folder / "library-2026-01-31.db").touch()
    assert len(backups_of(paths.library)) == 1
    report_crash(ValueError(), tmp_path / "d")
    assert TerminalLock(tmp_path / "d", "/dev/pts/3").acquire() is False
    names = {re.sub(r"\d{8}-\d{6}-[0-9a-f]+", "TIME", path.name) for path in (tmp_path / "d").rglob("*")}
    assert names == {"backups", "library-2026-01-31.db", "crash-TIME.txt", "terminals", "dev-pts-3"}


def test_the_environment() -> None:
    root = Path(sunotui.__file__).parent
    named = {name for path in root.rglob("*.py") for name in re.findall(r"\bSUNOTUI_[A-Z_]+", path.read_text("utf-8"))}
    assert sorted(named) == [
        *("SUNOTUI_AUDIO_OUTPUT", "SUNOTUI_BASE_URL", "SUNOTUI_CACHE_DIR", "SUNOTUI_CONFIG_DIR", "SUNOTUI_DATA_DIR"),
        *("SUNOTUI_DIALECT", "SUNOTUI_PROFILE", "SUNOTUI_TASK_ID", "SUNOTUI_TASK_STATUS", "SUNOTUI_TOKEN"),
    ]
    assert ENV_PROFILE == "env"


# --- bindings, commands and the demo ----------------------------------------------------------------------------------
BINDINGS = {
    "library": "compose search filter sort group mark mark-range copy-url copy-choose open-url open-choose reuse "
    "extend concat cover infill stems more-from-take persona words-to-composer timing wav mp4 midi ask-now take.1 "
    "take.2 take.3 take.4 take.5 take.6 take.7 take.8 take.9 previous-take next-take star rate labels note albums "
    "hear trash undo save-search look-up forget-place earlier-in-album later-in-album rename-album "
    "export-album album-cover album-artist parent child "
    "next-tab previous-tab go-in go-back next-pane previous-pane toggle-sidebar move-detail narrow-pane widen-pane "
    "submissions profiles statistics messages leave parts",
    "list": "move.down move.up half-page.down half-page.up first last",
    "detail": "scroll.down scroll.up page.down page.up top bottom",
    "composer": "send mode.describe mode.custom mode.lyrics mode.extend mode.concat mode.upload mode.cover mode.infill "
    "mode.stems other-gateway richer-style ask-words recall choose-persona choose-take more-modes edit-outside clear "
    "leave turn-mode.next turn-mode.previous",
    "submissions": "look found retry drop answer leave",
    "profiles": "use log-in probe log-out leave",
    "stems": "play mute solo hear-all seek.back seek.forward restart volume.down volume.up save save-all other-split "
    "retry leave",
    "parts": "step.down step.up first last",
    "everywhere": "help command-palette change-theme settings suspend-process quit",
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
    f"--audio-weight --gender --duration --count --takes --yes {_SEND}",
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
    "stats": "--json",
    "show": "--json",
    "url": "--profile --take --kind --copy --again --timeout",
    "export": "-o --output --csv --html --search --ids --title --with-audio",
    "import": "--profile --json",
    "adopt": "--profile --json --folder",
    "rate": "--json --favourite --star --unfavourite --unstar --played --heard --unplayed --unheard --take",
    "note": "--json",
    "label add": "--json",
    "label remove": "--json",
    "label list": "--json",
    "album list": "--json",
    "album show": "--json",
    "album add": "--json --take",
    "album remove": "--json --take",
    "album move": "--json --to --take",
    "album rename": "--json",
    "album delete": "--json",
    "album artist": "--json",
    "album cover": "--json --file --first --take",
    "album export": "--profile --json --to",
    "search list": "--json",
    "search save": "--json --sort --reverse",
    "search show": "--json --limit",
    "search delete": "--json",
    "trash": "--json",
    "restore": "--json",
    "play": "--profile --json --take --queue --album",
    "queue": "--json",
    "queue list": "--json",
    "queue add": "--json --take --next",
    "queue remove": "--json",
    "queue move": "--json --to",
    "queue clear": "--json",
    "submissions": "--profile --json --limit --resolve",
    "download": "--profile --json --missing --take --to --format --again --timeout",
    "doctor": "--profile --json --offline --repair --yes",
    "demo-gateway": "--json --port --seed --speed --fault --dialect",
    "tag add": "--json",
    "tag remove": "--json",
    "tag list": "--json",
}
"""The commands of the command line, and the options of each."""


def test_the_names_of_bindings() -> None:
    frozen = [f"{scope}.{name}" for scope, names in BINDINGS.items() for name in names.split()]
    assert set(frozen) <= {binding_id(command) for command in COMMANDS}


def test_the_commands_and_their_options() -> None:
    assert dict(_options(build_parser(), "")) == OPTIONS
    assert ALIASES == {"tag": "label"}
    assert set(HANDLERS) == {name for name in OPTIONS if name.split()[:1] != ["tag"]}


def _options(parser: Any, name: str) -> list[tuple[str, str]]:
    own: list[str] = []
    found: list[tuple[str, str]] = []
    is_group = False
    for action in parser._actions:
        own += [option for option in action.option_strings if option not in {"-h", "--help"}]
        if not action.option_strings and isinstance(action.choices, dict):
            is_group = bool(name) and parser.get_default("command") != name
            for word, inner in action.choices.items():
                found += _options(inner, f"{name} {word}".strip())
    return found if is_group else [(name, " ".join(own)), *found]


def test_the_faults_and_dialects_of_the_demo() -> None:
    assert " ".join(FAULTS) == (
        "slow lost-answer empty-200 http-500 http-502-html rate-limit maintenance quota bad-token fail-task half-fail "
        "unknown-id null-data silence-audio two-documents html-200 half-body bad-clip hostile-text "
        "slow-audio stalled-audio cut-audio short-audio endless-audio expired-audio html-audio"
    )
    assert " ".join(DIALECTS) == "reference new-api new-api-2026 one-hub paid key4u claude360 gptproto crazyrouter"
    assert DIALECTS["new-api"].aliases == ("new-api-2025",)
