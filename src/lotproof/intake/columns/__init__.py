"""Large tables read by columns: each distinct text once, each shape of row once. `read` says how; SQL decides what a text means."""
