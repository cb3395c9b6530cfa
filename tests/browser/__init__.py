"""Tests in a headless Chromium, which `make test` installs in `.venv/browser`."""
