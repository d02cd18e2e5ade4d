"""Checks terminal, clipboard, settings, keyring, library and gateway, and prints one sentence for each."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass

from sunotui.cli.commands.repair import repair_library
from sunotui.cli.exits.errors import ADVICE, error_exit_code, error_text
from sunotui.cli.exits.exit_codes import DONE, FAILED
from sunotui.cli.launch import TERMS_WITHOUT_CURSOR
from sunotui.cli.output.gateway_report import GatewayReport, gather_report, print_report, report_document
from sunotui.cli.output.text import age, print_json, print_table
from sunotui.cli.session import core_session, run_async
from sunotui.core.core import Core
from sunotui.core.diagnostics import (
    LibraryHealth,
    backup_folder,
    default_settings,
    describe_keyring,
    examine_library,
    examine_media_cache,
    examine_player,
    list_backups,
    read_settings,
)
from sunotui.core.paths import AppPaths, find_paths
from sunotui.core.system.clipboard import clipboard_tools
from sunotui.core.system.terminal_notices import described as describe_notices
from sunotui.domain.errors import LibraryDamaged, LibraryError, SunotuiError, TokenMissing
from sunotui.domain.gateways.money import Balance
from sunotui.domain.gateways.profile import BaseUrl, Profile
from sunotui.domain.text import counted
from sunotui.tui.settings_check import describe_covers, settings_issues

OK, WARN, FAIL = "ok", "warn", "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    name: str
    state: str
    sentence: str
    code: int = FAILED
    """The exit code if it is a failure."""


def doctor(args: Namespace, environ: Mapping[str, str]) -> int:
    """Check everything, print the findings, and exit with the code of the first failure."""
    if args.repair:
        return repair_library(args, environ)
    paths = find_paths(environ)
    findings = [_terminal(environ), _clipboard(environ), _settings(paths), _keyring(), _backups(paths)]
    findings += [*_player(paths, environ), _media_cache(paths), *_library(paths)]
    found, report = run_async(_gateway(args, environ, is_library_fine=findings[-1].state != FAIL))
    findings += found
    codes = [finding.code for finding in findings if finding.state == FAIL]
    if args.json:
        rows = [{"name": each.name, "state": each.state, "sentence": each.sentence} for each in findings]
        gateway = None if report is None else report_document(report)
        print_json({"ok": not codes, "findings": rows, "gateway": gateway})
    else:
        print_table(("", "WHAT", "DETAIL"), [(each.state, each.name, each.sentence) for each in findings], flexible=2)
        if report is not None:
            print_report(report)
    return codes[0] if codes else DONE


def _terminal(environ: Mapping[str, str]) -> Finding:
    term = environ.get("TERM", "")
    if not sys.stdout.isatty():
        return Finding("terminal", OK, "Output is not a terminal; the screens need one")
    size = shutil.get_terminal_size()
    parts = [f"TERM={term or 'unset'}", f"{size.columns}x{size.lines}"]
    parts.append("24-bit colour" if environ.get("COLORTERM") in {"truecolor", "24bit"} else "256 colours or fewer")
    parts += ["NO_COLOR is set"] if environ.get("NO_COLOR") else []
    parts += ["inside tmux"] if environ.get("TMUX") else []
    is_dumb = term.lower() in TERMS_WITHOUT_CURSOR
    parts += ["the screens need another TERM, such as xterm-256color"] if is_dumb else []
    is_poor = not term or is_dumb or size.columns < 60 or size.lines < 15
    return Finding("terminal", WARN if is_poor else OK, ", ".join(parts))


def _clipboard(environ: Mapping[str, str]) -> Finding:
    tools = [command[0] for command in clipboard_tools(environ)]
    if tools:
        return Finding("clipboard", OK, f"{', '.join(tools)}, and the terminal (OSC 52)")
    return Finding("clipboard", WARN, "No clipboard tool works in this session; only the terminal can copy (OSC 52)")


def _settings(paths: AppPaths) -> Finding:
    try:
        settings = read_settings(paths)
    except SunotuiError as error:
        return Finding("settings", FAIL, error_text(error))
    warnings = [*settings.warnings, *settings_issues(settings.keys, settings.theme)]
    if warnings:
        return Finding("settings", WARN, "; ".join(warnings))
    file = paths.config_file
    return Finding("settings", OK, str(file) if file.exists() else f"defaults (no config file {file})")


def _player(paths: AppPaths, environ: Mapping[str, str]) -> list[Finding]:
    """How songs are played and shown, and how the terminal notifies the user."""
    try:
        settings = read_settings(paths)
    except SunotuiError:
        # The finding about the settings reports it.
        settings = default_settings()
    health = run_async(examine_player(environ, settings))
    if health.problem:
        through = f" ({health.backend})" if health.backend else ""
        sound = Finding("sound", WARN, f"{health.problem}{through}; 'sunotui url ID' prints a link for another player")
    elif "null" in {environ.get("SUNOTUI_AUDIO_OUTPUT"), settings.player.output}:
        sound = Finding("sound", OK, f"{health.backend} plays into nothing, because the audio output is set to null")
    else:
        sound = Finding("sound", OK, f"{health.backend} plays through {health.output}")
    notices = settings.notices
    return [
        sound,
        Finding("covers", OK, describe_covers(environ, settings.covers)),
        Finding("notices", OK, _notices(environ, has_bell=notices.bell, has_osc=notices.osc)),
    ]


def _notices(environ: Mapping[str, str], *, has_bell: bool, has_osc: bool) -> str:
    if has_osc:
        return describe_notices(environ) if has_bell else f"{describe_notices(environ)}; the bell is switched off"
    return "The bell only, by your settings" if has_bell else "Switched off"


def _keyring() -> Finding:
    found = describe_keyring()
    if found.startswith("none"):
        return Finding("keyring", WARN, f"{found}; use SUNOTUI_BASE_URL with SUNOTUI_TOKEN, or a token_command")
    return Finding("keyring", OK, found)


def _library(paths: AppPaths) -> list[Finding]:
    try:
        health = examine_library(paths, time.time())
    except SunotuiError as error:
        return [Finding("library", FAIL, _sentence(error))]
    # The last finding says whether the library can be opened.
    return [_permissions(paths), *_saved(health), _content(paths, health)]


def _backups(paths: AppPaths) -> Finding:
    now = time.time()
    try:
        backups = [f"{backup.day.isoformat()} ({age(now - backup.made_at)})" for backup in list_backups(paths)]
    except OSError as error:
        return Finding("backups", WARN, f"They could not be read: {(error.strerror or 'no reason given').lower()}")
    if not backups:
        return Finding("backups", OK, "None yet: one a day is made while the screens are open")
    return Finding("backups", OK, f"{', '.join(backups)}, in {backup_folder(paths)}")


def _media_cache(paths: AppPaths) -> Finding:
    try:
        cap_mb = read_settings(paths).player.cache_mb
    except SunotuiError:
        return Finding("media cache", WARN, "Not checked: the settings could not be read")
    if not cap_mb:
        return Finding("media cache", OK, "Off: player.cache_mb is 0")
    health = examine_media_cache(paths, cap_mb * 1_000_000)
    if health.problem:
        return Finding("media cache", WARN, health.problem)
    takes = counted(health.files, "take")
    return Finding("media cache", OK, f"{takes}, {health.size / 1e6:,.1f} of {cap_mb:,} MB, in {health.folder}")


def _permissions(paths: AppPaths) -> Finding:
    open_ones = [
        str(path)
        for path in (paths.data, paths.library)
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077 and path.stat().st_uid == os.getuid()
    ]
    if open_ones:
        return Finding("permissions", WARN, f"Other users of this computer can read {', '.join(open_ones)}")
    return Finding("permissions", OK, "Only you can read the library")


def _content(paths: AppPaths, health: LibraryHealth) -> Finding:
    if health.damage:
        return Finding("library", FAIL, f"{paths.library} is damaged: {health.damage}. {ADVICE[LibraryDamaged.code]}.")
    size = health.size / 2**20
    songs = counted(health.tasks, "song")
    words = f"{songs}, {health.unfinished} unfinished, {size:.1f} MiB, intact, in {paths.library}"
    if health.read_only:
        return Finding("library", WARN, f"It is read-only, so nothing can be sent: {health.read_only}; {words}")
    if health.warning:
        return Finding("library", WARN, f"{health.warning}; {words}")
    return Finding("library", OK, words)


def _saved(health: LibraryHealth) -> list[Finding]:
    """What is saved as files, what is at risk, and what is missing."""
    if health.damage:
        return []
    files, at_risk = health.files, counted(health.at_risk, "song")
    words = f"{counted(files.takes, 'take')} saved, {at_risk} at risk, {counted(files.missing, 'file')} missing"
    if not health.at_risk and not files.missing:
        return [Finding("saved files", OK, words)]
    return [Finding("saved files", WARN, f"{words}; 'sunotui download --missing' saves what should be safe")]


async def _gateway(
    args: Namespace, environ: Mapping[str, str], *, is_library_fine: bool
) -> tuple[list[Finding], GatewayReport | None]:
    if not is_library_fine:
        return [Finding("gateway", WARN, "Not asked: the library could not be opened")], None
    try:
        async with core_session(environ, args.profile) as core:
            await core.open()
            return await _profile_and_gateway(core, is_offline=args.offline)
    except SunotuiError as error:
        return [_failure("profile", error)], None


def _failure(name: str, error: SunotuiError) -> Finding:
    return Finding(name, FAIL, _sentence(error), error_exit_code(error))


def _sentence(error: SunotuiError) -> str:
    """The sentence of an error, without the advice to run the command that is running."""
    return error.worded("") if error.topic == LibraryError.code else error_text(error)


async def _profile_and_gateway(core: Core, *, is_offline: bool) -> tuple[list[Finding], GatewayReport | None]:
    try:
        profile = core.active_profiles.current()
    except TokenMissing as missing:
        return [Finding("profile", WARN, error_text(missing))], None
    through = f" through {profile.proxy}" if profile.proxy is not None else ""
    findings = [Finding("profile", OK, f"'{profile.name}' at {profile.base_url}{through}")]
    known = await gather_report(core, profile, None, is_asked=False)
    try:
        token = await core.tokens.token_of(profile)
    except SunotuiError as error:
        return [*findings, _failure("token", error)], known
    findings.append(Finding("token", OK, f"{core.tokens.describe_source(profile)}, fingerprint {token.fingerprint}"))
    if is_offline:
        return findings, known
    try:
        found, check = await core.login.verify(profile, token)
        known = await gather_report(core, profile, check.balance, is_asked=True)
    except SunotuiError as error:
        return [*findings, _failure("gateway", error)], known
    return [*findings, _gateway_finding(profile, found.base_url, check.system_name, check.balance)], known


def _gateway_finding(profile: Profile, base_url: BaseUrl, system_name: str, balance: Balance | None) -> Finding:
    """The finding for a gateway that responds; it accepts requests only under the profile's prefix."""
    money = f", {balance} left" if balance is not None else ""
    sentence = f"{system_name or 'it'} responds at {base_url}{money}"
    if base_url == profile.base_url:
        return Finding("gateway", OK, sentence)
    return Finding("gateway", WARN, f"{sentence}, but not at {profile.base_url}: correct the base URL")
