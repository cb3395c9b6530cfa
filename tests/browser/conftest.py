import os
from pathlib import Path

import pytest

BROWSER = Path(__file__).parents[2] / ".venv" / "browser"


def launch(playwright):
    """The headless Chromium of `.venv/browser`, started by Playwright."""
    folder = BROWSER / "browser"
    environment = {
        **os.environ,
        "LANG": "en_US.UTF-8",
        "LC_ALL": "en_US.UTF-8",
        "LD_LIBRARY_PATH": str(folder / "al2023" / "lib"),
    }
    if not Path("/etc/fonts/fonts.conf").exists():
        environment["FONTCONFIG_PATH"] = str(folder / "fonts")
    return playwright.chromium.launch(
        executable_path=folder / "chromium",
        args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
        env=environment,
    )


@pytest.fixture(scope="session")
def chromium():
    """One headless Chromium for the tests of a process."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the extra `dev` has it")
    if not (BROWSER / "ready").exists():
        pytest.skip("no browser here: `make .venv/browser/ready` installs it")
    with playwright.sync_playwright() as running:
        browser = launch(running)
        yield browser
        browser.close()
