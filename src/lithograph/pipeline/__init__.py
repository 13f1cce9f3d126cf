"""The only composition: what joins the rooms, writes to the ledger, and is called by the command line."""
