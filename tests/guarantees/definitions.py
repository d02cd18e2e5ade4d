"""The guarantees of sunotui: the definition of every code that the source and the tests refer to.

docs/guarantees.md is generated from this file and from the `guarantee` marks of the tests
(tests/scripts/write_docs.py).
"""

from __future__ import annotations

from tests.guarantees.guarantee import Group, Guarantee

MONEY = Group(
    "S",
    "Money",
    (
        Guarantee(
            "S1",
            "One submission is sent at most once",
            "A request that the user confirmed is written to the journal first. One process then claims the row with "
            "a single durable statement, and only the winner sends the request. The outcome is stored before it is "
            "shown. Imported submissions can never be claimed.",
            "Processes that submit to a counting gateway are killed with SIGKILL at random moments, alone and in "
            "pairs. The gateway must have accepted each submission at most once.",
        ),
        Guarantee(
            "S2",
            "No request that costs money is repeated automatically",
            "A submission is one POST. It is not retried after an error, and no redirect is followed.",
            "A real socket responds with each known fault, and the number of POST requests is counted.",
        ),
        Guarantee(
            "S3",
            "Every response has exactly one of three outcomes",
            "Accepted: status 200 and one JSON object with a task id. Rejected: proof that the gateway accepted "
            "nothing, such as a failed connection or a well-formed refusal. Everything else is unknown.",
            "Responses of known gateways and generated responses, cut at every position, are classified and compared "
            "with a separate table of expected outcomes.",
        ),
        Guarantee(
            "S4",
            "An unknown outcome stays visible until the user resolves it",
            "A submission that may have been charged is shown as such and survives restarts. Only the user ends this "
            "state: by naming the task id, by giving up on it, or by sending the request again as a new submission.",
            "A state machine moves submissions in random order and restarts the program; the screens and commands are "
            "driven from a lost response to each of the three ends.",
        ),
        Guarantee(
            "S5",
            "A crash while sending makes the outcome unknown, for dead processes only",
            "The next start marks what a dead process was sending as unknown. It leaves the rows of living processes "
            "alone. Process death is proved by a file lock, never by a process id.",
            "Each restart of the kill tests is checked, and a second process looks repeatedly at the rows of a living "
            "one.",
        ),
        Guarantee(
            "S6",
            "Repeated keys and clicks are one submission",
            "The submission id is created when the form opens, so a double press, key repeat, a double click or a "
            "pasted Enter sends one request. The same request within ten minutes asks for confirmation.",
            "Keys are sent without a pause to the composer, and the requests at the gateway are counted.",
        ),
        Guarantee(
            "S7",
            "Quitting while a request is being sent does not lose it",
            "Sending is not bound to a screen. Quitting waits for the response, visibly and for a limited time; "
            "leaving earlier records the outcome as unknown.",
            "The program quits at many moments of a slow POST. The task id must be stored or the row must be unknown.",
        ),
        Guarantee(
            "S8",
            "Nothing is sent when the journal cannot be written",
            "A full disk, a read-only disk, an I/O error or a locked library stops the submission before the request "
            "and is reported in one sentence.",
            "Each statement before the request fails for each reason, and a real full disk is mounted.",
        ),
        Guarantee(
            "S9",
            "A bulk submission is limited and confirmed",
            "Sending several requests asks first and has a fixed maximum. At most three requests are in flight. No "
            "text of a gateway can start a request.",
            "The limits are exceeded in the form and on the command line, and the requests are counted.",
        ),
    ),
)

DATA = Group(
    "D",
    "Stored data",
    (
        Guarantee(
            "D1",
            "An id is on disk before it is on screen",
            "A task id is committed to the library before any part of the program shows it.",
            "Every id that a process printed before it was killed must be in the library.",
        ),
        Guarantee(
            "D2",
            "No response deletes or regresses what is known",
            "Updates are merged: a final status does not return to running unless the user refreshes the task, empty "
            "or missing fields do not overwrite values, and a task that a response leaves out is not failed.",
            "A state machine applies responses, absences, refreshes and restarts in random order to every field.",
        ),
        Guarantee(
            "D3",
            "SIGKILL loses no acknowledged write",
            "After a kill at any moment the database is intact and holds everything that was reported as written. An "
            "interrupted import can be repeated without duplicates.",
            "Writing and importing processes are killed at random moments; the file is then checked.",
        ),
        Guarantee(
            "D4",
            "A migration is all or nothing",
            "A schema migration is one transaction and makes a copy of the library first. A library of a newer "
            "version is refused.",
            "Migrating processes, alone and in pairs, are killed at random moments. The library must have the old or "
            "the new version completely.",
        ),
        Guarantee(
            "D5",
            "A full or read-only disk loses nothing",
            "The first write that fails is reported. The program stays up, the library stays readable, and no "
            "acknowledged row is lost.",
            "Small file systems are filled or mounted read-only while the program, its screens and its commands run.",
        ),
        Guarantee(
            "D6",
            "A damaged library is detected, preserved and repairable",
            "A damaged file is reported in one sentence and never overwritten. `sunotui doctor --repair` rebuilds an "
            "intact library from what is readable and from daily backups and keeps the damaged file.",
            "Random bytes, truncations and other damage are applied; repairs and backups are killed at random moments.",
        ),
        Guarantee(
            "D7",
            "Several processes can use one library",
            "Writers wait for each other; no write is lost and no user sees a locked database.",
            "Two processes write side by side, and the source is searched for deferred transactions.",
        ),
        Guarantee(
            "D8",
            "Files are private",
            "Files have mode 0600 and folders 0700 whatever the umask; wider modes are corrected at the next start.",
            "Everything that the program writes is listed under three umasks.",
        ),
        Guarantee(
            "D9",
            "Any value can be stored",
            "Values that SQLite refuses or changes, such as lone surrogates, huge integers and NaN, are converted "
            "before they are bound.",
            "Every field is written with hostile values and read again.",
        ),
        Guarantee(
            "D10",
            "A library file that is deleted or replaced while it is open is noticed",
            "The file is compared with the open one before each submission, before each write and periodically.",
            "The file and its folder are removed, replaced and moved under a running program.",
        ),
        Guarantee(
            "D11",
            "Network file systems are supported with a rollback journal",
            "On a network file system the library uses a rollback journal instead of a write-ahead log, and the "
            "program says so.",
            "The table of mounts is replaced by one that names network file systems.",
        ),
    ),
)

POLLING = Group(
    "P",
    "Polling",
    (
        Guarantee(
            "P1",
            "The poll loop survives any response and any exception",
            "After any response or error the next good response is applied within one period.",
            "Recorded, hand-written and generated responses go through the real poller.",
        ),
        Guarantee(
            "P2",
            "One bad task hides no other",
            "An unreadable batch is halved until the task that breaks it is alone. That task is reported and fetched "
            "less often; the others continue.",
            "Batches with unreadable tasks and unreadable items are fetched, and the requests are counted.",
        ),
        Guarantee(
            "P3",
            "Responses are bounded",
            "A body has at most 8 MiB after decompression, every request has one deadline, and ids in a batch, "
            "requests in flight, clips of a task and the length of texts are limited.",
            "Servers send endless, slow and highly compressed bodies while time and resident memory are checked.",
        ),
        Guarantee(
            "P4",
            "Polling is polite",
            "Each profile has a request budget (a token bucket). Waits grow with the age of a task and after errors, "
            "are randomised and honour Retry-After. A refused token stops polling. Without open tasks nothing is "
            "requested.",
            "State machines interleave all events; long outages with 10,000 tasks are simulated, and the requests are "
            "counted.",
        ),
        Guarantee(
            "P5",
            "Clock changes cause neither a burst nor a wrong status",
            "Schedules use monotonic time. A wall clock that jumps or a computer that slept causes at most one round "
            "of requests and marks no task as lost.",
            "Injected clocks jump in both directions.",
        ),
        Guarantee(
            "P6",
            "Timestamps of a gateway are display data",
            "Absurd timestamps cause no crash and do not affect the order of the library.",
            "Absurd values in every time field go through the poller and the parser.",
        ),
    ),
)

TOKEN = Group(
    "K",
    "The token",
    (
        Guarantee(
            "K1",
            "The token appears nowhere but in the request header",
            "It is in no file, argument, environment of a child process, log, traceback, export, screenshot, "
            "clipboard or crash report, in no encoding.",
            "A known token is used through whole sessions, commands and crashes; all files, output, arguments and "
            "environments are searched.",
        ),
        Guarantee(
            "K2",
            "The token is sent to the configured origin only",
            "Scheme, host and port must be equal when the request is sent. Redirects are not followed, and no cookies "
            "are kept. Media are downloaded without the token.",
            "Redirects and other spellings of the origin are tried, also through proxies; a second server counts "
            "its requests.",
        ),
        Guarantee(
            "K3",
            "Unencrypted http needs consent",
            "A gateway uses https, or http on this computer, or http with the user's consent, which is stored with "
            "the profile and always visible.",
            "Many spellings that only look like a loopback address are refused.",
        ),
        Guarantee(
            "K4",
            "The environment cannot redirect or record the traffic",
            "Proxy, certificate and key log variables and .netrc are ignored; a proxy comes only from the profile.",
            "A process runs with all of these variables set to hostile values.",
        ),
        Guarantee(
            "K5",
            "The format of a token is checked when it is entered",
            "A token has 8 to 512 printable ASCII characters without spaces. Anything else is refused without quoting "
            "it.",
            "Malformed tokens are refused, and the message is searched for them.",
        ),
        Guarantee(
            "K6",
            "The keyring is used carefully",
            "It is called on a thread of its own with a time limit; only known back ends are trusted; a stored token "
            "is read again and compared; locked, missing and denied are different errors.",
            "Fake back ends that refuse, fail, forget, alter and hang, and a real Secret Service.",
        ),
        Guarantee(
            "K7",
            "There is no plain-text file for the token",
            "Without a keyring the token is kept for the session only or comes from the environment or a command.",
            "A login with useless keyrings, after which all files are searched.",
        ),
        Guarantee(
            "K8",
            "The token field reveals nothing",
            "It cannot be copied, cut or dragged, is cleared when it loses focus, and is in no representation.",
            "The field is driven with keys and the mouse.",
        ),
        Guarantee(
            "K9",
            "No debug switch makes a library record secrets",
            "Environment variables by which Python or a library writes down keys, traffic or TLS secrets are removed "
            "at the start.",
            "The program runs with all of them set, and the sources of the libraries are searched for unknown "
            "variables.",
        ),
    ),
)

TERMINAL = Group(
    "T",
    "Text and terminal",
    (
        Guarantee(
            "T1",
            "No control character from data reaches the terminal",
            "Texts are made harmless when they are drawn, and a last filter removes control characters from every "
            "painted line.",
            "Every field of every response contains control sequences, and every byte that the program writes to a "
            "pseudo-terminal is checked.",
        ),
        Guarantee(
            "T2",
            "Data is never read as markup",
            "Widgets get data as plain content, so square brackets in titles and lyrics are shown as they are.",
            "A lint over all calls of the screens, and hostile texts on real screens.",
        ),
        Guarantee(
            "T3",
            "No Markdown widget shows text of a gateway",
            "The screens do not import Textual's Markdown widgets.",
            "A lint over all imports of the screens.",
        ),
        Guarantee(
            "T4",
            "No text runs an action",
            "Clicking on a text of a gateway never runs an action of the program.",
            "Every cell is searched for actions, and hostile texts are clicked on.",
        ),
        Guarantee(
            "T5",
            "The terminal is restored",
            "However the program ends, the terminal mode, the screen and the mouse are as before. After SIGKILL the "
            "next start restores them.",
            "Signals, crashes and ordinary exits on a pseudo-terminal and in tmux.",
        ),
        Guarantee(
            "T6",
            "When the terminal is gone, the program ends",
            "A closed terminal ends the program at once and without load; it waits only for the response to a paid "
            "request.",
            "Pseudo-terminals are closed with SIGHUP handled and ignored.",
        ),
        Guarantee(
            "T7",
            "No background error is silent",
            "An error in a task, callback or thread is shown and logged, and the program continues. A program that "
            "failed does not exit with 0.",
            "Errors are planted in each of these places.",
        ),
        Guarantee(
            "T8",
            "The user interface is never blocked for more than 50 ms",
            "Disk, network, keyring and large computations run on other threads.",
            "A watchdog times every callback of the event loop in all tests on a terminal. The ordinary run judges "
            "where work is done and one second of processor time; the long run judges the 50 ms.",
        ),
        Guarantee(
            "T9",
            "Any terminal size works",
            "Sizes down to one cell, and many changes in a short time, neither crash the program nor make it grow. The "
            "size is the terminal's own, whatever COLUMNS and LINES say.",
            "Hundreds of sizes are set on four screens.",
        ),
        Guarantee(
            "T10",
            "Command output is safe for the terminal",
            "Commands write no control character from data to a terminal, and JSON is ASCII.",
            "Commands list data with control sequences on a pseudo-terminal.",
        ),
        Guarantee(
            "T11",
            "Keys typed ahead are not lost",
            "Each key takes effect before the next one, also while a screen opens.",
            "Bursts of keys are sent to a real terminal.",
        ),
    ),
)

ADDRESSES = Group(
    "U",
    "Addresses and the clipboard",
    (
        Guarantee(
            "U1",
            "Only safe links are opened",
            "A link is printable ASCII of at most 2,048 characters, https (or the gateway's own origin), with a "
            "public host, and without credentials, quotes or shell characters.",
            "A table of good and bad links.",
        ),
        Guarantee(
            "U2",
            "The program that opens links cannot block or interfere",
            "It gets the link as its only argument, a session of its own, no terminal and no token.",
            "A fake opener records what it gets and sleeps.",
        ),
        Guarantee(
            "U3",
            "Copying never fails and copies text only",
            "Copied text has no control characters and a limited length; helper programs have a time limit.",
            "Hostile and very long texts, and helper programs that hang or fail.",
        ),
    ),
)

DOWNLOADS = Group(
    "W",
    "Downloads",
    (
        Guarantee(
            "W1",
            "File names are safe",
            "The name comes from a template, by default the title and the id; it has no separators, reserved names, "
            "leading dots or hyphens, or control characters, and at most 200 bytes, also on Windows and macOS.",
            "Known bad titles and generated ones are made into names, which are checked against the rules of all three "
            "systems.",
        ),
        Guarantee(
            "W2",
            "Downloads are atomic and never overwrite",
            "A file is received and tagged under temporary names, synced, and linked to its final name, which fails if "
            "there is a file of that name. A file that got its name before the program ended is recognized by its "
            "second name.",
            "Programs that save songs are killed with SIGKILL at random moments. Every file in the folder must be "
            "complete, none may be there twice, and in the end all must be saved.",
        ),
        Guarantee(
            "W3",
            "A download resumes only what is certainly the same file",
            "Resuming needs a strong ETag and an exact Content-Range; otherwise it starts again.",
            "A server cuts files off, changes them, and responds with wrong ranges.",
        ),
        Guarantee(
            "W4",
            "Media requests are bounded and anonymous",
            "Size, time and redirects are limited; the host must be public; token and cookies are never sent.",
            "Covers and audio are requested from hostile servers. Redirects are followed for audio only, at most five.",
        ),
        Guarantee(
            "W5",
            "The content decides the type",
            "The type comes from the first bytes of a file, not from the server; an HTML page is not an audio file.",
            "Servers declare wrong types.",
        ),
        Guarantee(
            "W6",
            "A full disk keeps what was downloaded",
            "A partial file is kept and resumed.",
            "A small file system fills up in the middle of a file.",
        ),
        Guarantee(
            "W7",
            "Cancelling keeps what was downloaded",
            "A partial file is kept and resumed, until the download is removed from the list.",
            "Downloads are cancelled in the middle and tried again.",
        ),
        Guarantee(
            "W8",
            "Two downloads of one file do not collide",
            "One process downloads; the other says so, and takes its file when it is done.",
            "Two queues save the same take at the same time, with one library and with two.",
        ),
        Guarantee(
            "W9",
            "An expired stream is replaced by the final file",
            "A stream is never saved. For it, and for a link that does not work, the task is fetched again, then the "
            "feed; then other links of the response and WAV files that were made before are tried.",
            "The links of a song are refused one after the other until one works, or until all are refused.",
        ),
        Guarantee(
            "W10",
            "The folder of an exported album is right after the next export",
            "An export claims a name in the folder's manifest before a file gets it. Whatever stops it, the next one "
            "finds its own files by name and hash. Files of the user, and files that somebody has changed, are never "
            "overwritten, moved or deleted.",
            "Exports of an album whose order changes are killed with SIGKILL at random moments; disks without hard "
            "links, full disks and damaged manifests.",
        ),
    ),
)

TEXTS = Group(
    "E",
    "Texts",
    (
        Guarantee(
            "E1",
            "Texts are stored and exported exactly",
            "Text from the user or a gateway is never changed; it is made harmless only when it is drawn.",
            "Unusual characters travel through the library, every export and the import.",
        ),
        Guarantee(
            "E2",
            "Nothing is cut silently",
            "Texts over a limit are refused, names are compared as a whole, and empty input deletes nothing.",
            "Notes, names and searches at their limits.",
        ),
        Guarantee(
            "E3",
            "Every input checks its encoding",
            "Arguments, standard input, files and editors must deliver valid text; anything else is refused before it "
            "is stored or sent.",
            "Valid and invalid encodings at every input.",
        ),
        Guarantee(
            "E4",
            "A field with nothing visible is empty",
            "Invisible characters do not count as text in a field that costs money.",
            "Empty and damaged values in every field of a request.",
        ),
        Guarantee(
            "E5",
            "A text that changed elsewhere is not overwritten",
            "When a draft or note changed in the meantime, both texts are kept.",
            "Two editors of the same text.",
        ),
        Guarantee(
            "E6",
            "A search that is not understood selects nothing",
            "The command line reports the mistake and lists nothing.",
            "Any search text is empty, understood or refused.",
        ),
        Guarantee(
            "E7",
            "Output that cannot be written is one sentence",
            "A full disk or a closed pipe ends a command with a message and an exit code, never with a crash report.",
            "Commands, paid ones among them, write to full and closed outputs.",
        ),
        Guarantee(
            "E8",
            "Helper programs are bounded",
            "The output, time and child processes of helper programs are limited, and they end with the program.",
            "Helper programs that print endlessly, hang, ignore signals or start others.",
        ),
    ),
)

PLAYING = Group(
    "A",
    "Playing, and the user's commands",
    (
        Guarantee(
            "A1",
            "No player outlives the program",
            "The player ends with the program: when it quits, is killed, or loses its terminal, also if the player is "
            "stopped or ignores signals. On Linux the kernel ends it; elsewhere the end of its input does, which a "
            "stopped player does not see.",
            "Programs that play are killed with SIGKILL or quit, with players that work, are stopped or ignore "
            "everything.",
        ),
        Guarantee(
            "A2",
            "No player learns the token",
            "The player gets local files only. The token is not in its arguments, its environment or its requests, "
            "and is never sent to a server for audio.",
            "The real player while it plays, with the token in the environment of the program.",
        ),
        Guarantee(
            "A3",
            "A broken player, output or stream is one sentence",
            "The screens show the requested state at once and never wait for the player. One that dies, hangs or "
            "violates the protocol is replaced once and paused at its position; after that, sound is off until the "
            "user asks.",
            "Scripted players that misbehave, the real one killed and stopped, and streams that end early.",
        ),
        Guarantee(
            "A4",
            "The user's command runs at most once for a task, bounded and without secrets",
            "Before the command of on_done starts, the journal of the library says so, with one durable statement that "
            "only one program can win. The command has no terminal and no token in its environment, ends with its time "
            "limit and with the program, also if that is killed, and leaves no process of its group running.",
            "Programs that see tasks end are killed with SIGKILL at random moments, alone and in pairs, and each "
            "start of the command is counted.",
        ),
    ),
)

WHOLE = Group(
    "Z",
    "The whole program",
    (
        Guarantee(
            "Z1",
            "A long day of work leaves nothing behind",
            "Memory, file descriptors, threads and the write-ahead log stay bounded, and every task ends in its right "
            "status.",
            "A simulated day on a gateway that fails one time in twenty.",
        ),
        Guarantee(
            "Z2",
            "Any single failing operation is survived",
            "Whichever operation on the database, a file, a socket or the keyring fails, S1, D1 and K1 still hold.",
            "The n-th operation fails, for every n.",
        ),
        Guarantee(
            "Z3",
            "Older libraries open, newer ones are refused with a message",
            "Every older version of a library opens with all its contents; a newer one is left unchanged.",
            "Libraries of every version.",
        ),
        Guarantee(
            "Z4",
            "Crash reports are private and contain code locations only",
            "A report has mode 0600 and contains the type of the error and lines of code, but no values.",
            "Errors are planted in twenty places, and the report is searched for the token.",
        ),
    ),
)

GROUPS = (MONEY, DATA, POLLING, TOKEN, TERMINAL, ADDRESSES, DOWNLOADS, TEXTS, PLAYING, WHOLE)

GUARANTEES = {guarantee.code: guarantee for group in GROUPS for guarantee in group.guarantees}
