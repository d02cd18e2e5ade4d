"""Commands that make something of audio that is there: concat, stems, upload."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sunotui.cli.inputs import extra_in, read_piped
from sunotui.cli.parent import parent_of
from sunotui.cli.session import with_core
from sunotui.cli.submit import make
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.requests.request import ConcatRequest, DerivedRequest, UploadFileRequest, UploadRequest
from sunotui.domain.text import trim

if TYPE_CHECKING:
    from sunotui.core.core import Core


def concat(args: Namespace, environ: Mapping[str, str]) -> int:
    """Join an extended clip with what it continues."""
    extra = extra_in(args.extra)

    async def work(core: Core) -> int:
        parent = await parent_of(core, args.clip)
        return await make(core, ConcatRequest(parent.clip_id, args.infill, extra), args)

    return with_core(environ, args.profile, work)


def stems(args: Namespace, environ: Mapping[str, str]) -> int:
    """Take a clip apart into its voices."""
    read_piped(args, "title", "model")
    extra = extra_in(args.extra)

    async def work(core: Core) -> int:
        parent = await parent_of(core, args.clip)
        request = DerivedRequest(
            "stems_short" if args.short else "stems",
            parent.clip_id,
            parent.task_id,
            count=args.parts,
            title=args.title,
            model=args.model,
            extra=extra,
        )
        return await make(core, request, args)

    return with_core(environ, args.profile, work)


def upload(args: Namespace, environ: Mapping[str, str]) -> int:
    """Give the gateway audio: an address that it fetches, or a file of this computer."""
    request = _upload(args.source, extra_in(args.extra))
    return with_core(environ, args.profile, lambda core: make(core, request, args))


def _upload(source: str, extra: str) -> UploadRequest | UploadFileRequest:
    if "://" in source or not trim(source):
        return UploadRequest(source, extra)
    if trim(extra):
        raise InvalidRequest("The upload of a file takes no extra fields")
    # The journal keeps the whole path: a retry may come from another folder.
    path = Path(source).expanduser().absolute()
    try:
        is_file, size = path.is_file(), path.stat().st_size
    except (OSError, ValueError):
        is_file, size = False, 0
    if not is_file:
        raise InvalidRequest("There is no such file", advice="Give the path of an audio file, or an https address")
    if not size or not os.access(path, os.R_OK):
        raise InvalidRequest("The file cannot be read" if size else "The file is empty")
    return UploadFileRequest(str(path))
