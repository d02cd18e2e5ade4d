"""The table tells what the files prove: names that exist, and the document as it would be written now."""

from __future__ import annotations

import pytest

from tests.faults.proofs import Proof
from tests.faults.table import GROUPS, README, proofs, table
from tests.support.paths import ROOT


def test_every_test_named_is_there_and_every_number_is_one_of_the_list() -> None:
    """Seen to fail with a proof of S10, and with one of a file that is none."""
    for proof, path in proofs():
        letter, figure = proof.order
        assert (ROOT / path).is_file(), f"{proof.number} names {path}, which is no file"
        assert 1 <= figure <= GROUPS[letter][1], f"{proof.number} is not in the list"


def test_every_invariant_has_a_proof_but_those_of_downloads() -> None:
    """Downloads (W) are not there yet. Seen to fail with T3 taken out of the list of its file."""
    proved = {proof.number for proof, _ in proofs()}
    every = {f"{letter}{figure}" for letter, (_, count) in GROUPS.items() for figure in range(1, count + 1)}
    assert {number for number in every - proved if not number.startswith("W")} == set()


def test_the_document_is_the_one_the_files_tell() -> None:
    """Seen to fail with a count changed in a file and the document not written anew."""
    assert README.read_text(encoding="utf-8") == table(), "write it anew: python -m tests.faults.table"


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no invariant"):
        _ = Proof("first", counts_ci="1").order
