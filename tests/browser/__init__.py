"""Tests in a headless Chromium: `make test` installs it in `.venv/browser`, beside the packages of npm."""
