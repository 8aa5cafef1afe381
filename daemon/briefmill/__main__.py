"""`python -m briefmill`: the same command as `briefmill`."""

from briefmill.faces.cli.main import main

if __name__ == "__main__":
    main()
