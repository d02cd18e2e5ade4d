"""Reads the journal of submissions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sunotui.domain.errors import InvalidRequest, NotFound
from sunotui.domain.gateways.profile import ENV_PROFILE
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.named_tuple import NamedTuple
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, id_chunks, placeholders, storable_text
from sunotui.storage.submissions.rows import COLUMNS, request_json, submission_of
from sunotui.storage.tasks.summaries import corrupt_row_errors

Submissions = list[Submission]
Ids = list[str]

PERSONA_KIND, TAGS_KIND = "persona", "upsample_tags"
"""The kinds of requests whose result may be in a task's response; as text, so that their module is not imported."""


class DuplicateQuery(NamedTuple):
    """Which earlier submissions count as duplicates of a new one."""

    since: float
    """Only submissions created at this time (Unix seconds) or later."""
    other_than: tuple[str, ...] = ()
    """Ids of submissions to ignore."""
    is_same_request: bool = False
    """Whether the requests must be equal, too; for requests that the body does not identify, such as file uploads."""


_OPEN = frozenset(("ready", "sending", "unknown"))
"""The states whose submissions are few, as in the condition of the index submission_open."""
MODELS_READ = 300
"""How many of the newest submissions are searched for models that worked."""
# Bodies of older versions and imported ones may be invalid JSON, such as those with NaN; they are skipped.
_MODELS_THAT_WORKED = """
    SELECT coalesce(
        CASE WHEN json_type(sent.body, '$.mv') = 'text' THEN json_extract(sent.body, '$.mv') END,
        CASE WHEN json_type(sent.body, '$.model') = 'text' THEN json_extract(sent.body, '$.model') END
    )
    FROM (SELECT * FROM submission ORDER BY created_at DESC, seq DESC LIMIT ?) AS sent
    JOIN task ON task.id = sent.task_id
    WHERE sent.profile = ? AND sent.origin IN (?, ?) AND sent.state = 'accepted' AND task.status = 'success'
        AND json_valid(sent.body)
        AND CASE WHEN json_valid(sent.request) THEN json_extract(sent.request, '$.kind') END = ?
        AND NOT EXISTS (
            SELECT 1 FROM json_each(
                CASE WHEN json_valid(json_extract(sent.request, '$.extra'))
                    THEN json_extract(sent.request, '$.extra') ELSE '{}' END
            ) AS given WHERE given.key IN ('mv', 'model')
        )
    ORDER BY sent.created_at DESC, sent.seq DESC
"""


class SubmissionReader:
    """Finds submissions. Every method raises LibraryError; each may be called within a transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, submission_id: str) -> Submission | None:
        """The submission with this id; None if it does not exist."""
        return next(iter(self._select("WHERE id = ?", [storable_text(submission_id)])), None)

    def of(self, submission_ids: Iterable[str]) -> dict[str, Submission]:
        """The submissions with these ids by id; unknown ids are left out."""
        found: dict[str, Submission] = {}
        for chunk in id_chunks(submission_ids):
            found.update((one.id, one) for one in self._select(f"WHERE id IN ({placeholders(chunk)})", chunk))
        return found

    def ids_with_prefix(self, prefix: str) -> Ids:
        """The ids that begin with `prefix`, unchanged or in lower case like new ids."""
        starts = [storable_text(prefix), storable_text(prefix.lower())]
        bounds = [bound for start in starts for bound in (start, start + "\U0010ffff")]
        return self._db.column("SELECT id FROM submission WHERE id >= ? AND id < ? OR id >= ? AND id < ?", bounds)

    def unknown(self, submission_id: str) -> Submission:
        """The submission with this id, if its outcome is unknown. Raises NotFound, and InvalidRequest for an outcome
        that is known."""
        submission = self.get(submission_id)
        if submission is None:
            raise NotFound(f"There is no request {submission_id} in the journal", advice="", topic="submissions")
        if submission.state is not SubmissionState.UNKNOWN:
            raise InvalidRequest(
                f"That submission is {submission.state.value}", advice="Only an unknown outcome can be resolved"
            )
        return submission

    def list(self, states: Collection[SubmissionState] | None = None, limit: int = 100) -> Submissions:
        """The newest submissions, at most `limit`, in these states or in any."""
        values = [state.value for state in SubmissionState if states is None or state in states]
        condition, order = f"state IN ({placeholders(values)})", "created_at"
        if _OPEN.issuperset(values):
            # These are few, and have their own index: the order of all submissions would read all of them.
            condition, order = f"state IN ({', '.join(map(repr, sorted(_OPEN)))}) AND +{condition}", "+created_at"
        return self._select(f"WHERE {condition} ORDER BY {order} DESC, seq DESC LIMIT ?", [*values, max(0, limit)])

    def find_duplicate(self, submission: Submission, query: DuplicateQuery) -> Submission | None:
        """The newest submission with the same body that was not rejected or given up; None without one."""
        same, values = "", [submission.profile, submission.path, submission.body]
        if query.is_same_request:
            same = "AND request = ? "
            values.append(request_json(submission))
        others = [submission.id, *query.other_than]
        found = self._select(
            f"WHERE created_at >= ? AND profile = ? AND path = ? AND body = ? {same}"
            f"AND id NOT IN ({placeholders(others)}) "
            "AND state IN ('ready', 'sending', 'accepted', 'unknown') ORDER BY created_at DESC, seq DESC LIMIT 1",
            [query.since, *map(storable_text, [*values, *others])],
        )
        return next(iter(found), None)

    def models_that_worked(self, profile: str, kind: str, origin: str = "") -> tuple[str, ...]:
        """The models with which a profile's submissions of a kind succeeded, newest first and without duplicates.
        `kind` is `Request.kind`, `origin` the URL of the profile's gateway. Submissions without an origin count, too,
        except for the profile of the environment, which may be any gateway. Models in extra fields do not count. Only
        the newest MODELS_READ submissions are read.
        """
        no_origin = origin if profile == ENV_PROFILE else ""
        names = self._db.column(_MODELS_THAT_WORKED, [MODELS_READ, profile, origin, no_origin, kind])
        return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))

    def unread_results(self) -> Submissions:
        """At most 100 accepted submissions whose task has succeeded and whose result was not read yet, newest first.
        Raises LibraryError.
        """
        # Written as in the condition of the index submission_unread.
        return self._select(
            "WHERE state = 'accepted' AND result = '' "
            "AND CASE WHEN json_valid(request) THEN json_extract(request, '$.kind') END "
            f"IN ('{PERSONA_KIND}', '{TAGS_KIND}') "
            "AND EXISTS (SELECT 1 FROM task WHERE task.id = submission.task_id AND task.status = 'success') "
            "ORDER BY created_at DESC, seq DESC LIMIT 100",
            [],
        )

    def file_links(self, clip_id: str, kind: str) -> Ids:
        """The links to files of a clip that accepted requests of a kind returned, newest first, at most five. `kind` is
        `Request.kind`."""
        return self._db.column(
            "SELECT result FROM submission WHERE state = 'accepted' AND result <> '' "
            "AND CASE WHEN json_valid(request) THEN json_extract(request, '$.kind') END = ? "
            "AND CASE WHEN json_valid(request) THEN json_extract(request, '$.clip_id') END = ? "
            "ORDER BY created_at DESC, seq DESC LIMIT 5",
            [kind, storable_text(clip_id)],
        )

    def retry(self, submission_id: str) -> Submission | None:
        """The newest retry of a submission that was not rejected or given up; None without one.

        A retry of a retry counts, too, even if the one in between was given up: it may have been charged for the same
        request.
        """
        found = self._select(
            "WHERE id IN (WITH RECURSIVE again (id) AS (SELECT id FROM submission WHERE retry_of = ? "
            "UNION SELECT later.id FROM submission AS later JOIN again ON later.retry_of = again.id) "
            "SELECT id FROM again) AND id != ? AND state NOT IN ('rejected', 'dropped') "
            "ORDER BY created_at DESC, seq DESC LIMIT 1",
            [storable_text(submission_id)] * 2,
        )
        return next(iter(found), None)

    def _select(self, rest: str, values: Sequence[Value]) -> Submissions:
        with corrupt_row_errors():
            return [submission_of(row) for row in self._db.query(f"SELECT {COLUMNS} FROM submission {rest}", values)]
