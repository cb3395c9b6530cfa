import os
from pathlib import Path

import pytest

BROWSER = Path(__file__).parents[2] / ".venv" / "browser"


@pytest.fixture(scope="session")
def chromium():
    """One headless Chromium for the tests of a process."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the extra `dev` has it")
    folder = BROWSER / "browser"
    if not (BROWSER / "ready").exists():
        pytest.skip("no browser here: `make .venv/browser/ready` installs it")
    environment = {
        **os.environ,
        "LANG": "en_US.UTF-8",
        "LC_ALL": "en_US.UTF-8",
        "LD_LIBRARY_PATH": str(folder / "al2023" / "lib"),
    }
    if not Path("/etc/fonts/fonts.conf").exists():
        environment["FONTCONFIG_PATH"] = str(folder / "fonts")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=folder / "chromium",
            args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
            env=environment,
        )
        yield browser
        browser.close()
