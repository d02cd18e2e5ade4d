"""Whether the answer to a fetch says that there is no such task: in any wrapper, status and language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from sunotui.domain.errors import UnreadableResponse
from sunotui.gateway.parsing.envelope import Response, read_document

_LONGEST = 8_192
"""Bytes of a body that may be such an answer; what is longer carries tasks, or is a web site's page."""
_ABOUT_THE_KEY = frozenset({401, 429})
"""Statuses that are about the key or a limit, whatever the words are."""

_TASK = r"(?:tasks?|jobs?|tarea|tarefa|tâche|aufgabe|задач\w{0,2}|任务|任務|タスク|작업)"
_MISSING = (
    r"(?:not[ _-]?(?:be[ _]|been[ _])?(?:found|exist)|n['’]?t (?:be found|exist|find)|isn['’]t there"
    r"|no (?:existe|encontrad[ao])|não (?:existe|encontrad[ao])|introuvable|n['’]existe pas"
    r"|nicht (?:gefunden|vorhanden)|existiert nicht|не (?:найден|существует)"
    r"|不存在|未找到|找不到|没有找到|沒有找到|没找到|查无此|查無此|見つかりません|存在しません|없|찾을 수)"
)
# Between the two may stand an id or an article, but no other thing that may be missing, and no other failure.
_BETWEEN = (
    r"(?:(?!\b(?:fail|error|model|channel|user|token|key|file|upstream|clip|url|path|route|page)|模型|渠道|令牌|用户|失败)"
    r"(?:[^.;，。；\n]|\.(?=\S)))"
)
_NO_SUCH_TASK = re.compile(
    rf"{_TASK}{_BETWEEN}{{0,160}}?{_MISSING}|{_MISSING}{_BETWEEN}{{0,40}}?{_TASK}"
    r"|\b(?:no such|unknown) (?:task|job)\b|\bno (?:task|job)s? (?:with|by|has|was|found|for)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^>]{0,400}>")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})", re.IGNORECASE)


def says_no_such_task(answer: Response) -> bool:
    """Whether an answer to a fetch, which carries no task, says that the task is unknown.

    Of a web page under a success status only the title counts: relays send their whole site for an unknown path.
    """
    if len(answer.body) > _LONGEST or answer.status in _ABOUT_THE_KEY:
        return False
    try:
        texts = list(_texts_in(read_document(answer.body)))
    except UnreadableResponse:
        texts = [_words_of(answer)]
    return any(_NO_SUCH_TASK.search(text) for text in texts)


def _texts_in(document: object) -> Iterator[str]:
    """Every text of a JSON document, and of the documents that relays put into a text (quirk 20); not the keys."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
            if value.lstrip().startswith("{"):
                with suppress(UnreadableResponse):
                    waiting.append(read_document(value.encode("utf-8", "replace")))
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _words_of(answer: Response) -> str:
    """The words of an answer that is not JSON."""
    words = answer.body.decode("utf-8", "replace")
    if not words.lstrip().startswith("<"):
        return words
    title = _TITLE.search(words)
    return _TAG.sub(" ", words) if answer.status >= 400 else title[1] if title else ""
