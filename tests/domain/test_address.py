"""Names of the network around this computer."""

import pytest

from sunotui.domain.address import PRIVATE_ENDINGS, is_private_name


@pytest.mark.parametrize(
    "host", ["router", "localhost", "home.arpa", "suno.ai.", *(f"a{end}" for end in PRIVATE_ENDINGS)]
)
def test_a_private_name(host: str) -> None:
    assert is_private_name(host)


@pytest.mark.parametrize(
    "host", ["suno.ai", "cdn1.suno.ai", "my-lan.example", "local.example", "mylocal.example", "arpa.org"]
)
def test_a_name_of_the_internet(host: str) -> None:
    assert not is_private_name(host)
