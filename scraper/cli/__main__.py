"""`python -m scraper.cli.app` is `chaffinch`."""

from scraper.cli.app import main

main(prog_name="chaffinch")
