"""The demo's newspapers as a fixture: `pytest_plugins = ("demo_site",)` in a test module, then `site`."""

from collections.abc import Iterator

import pytest

from demo.site import DemoSite


@pytest.fixture
def site() -> Iterator[DemoSite]:
    """Serve the demo's four newspapers."""
    with DemoSite() as served:
        yield served
