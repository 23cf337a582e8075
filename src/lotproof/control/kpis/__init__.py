"""KPIs as declarations: a TOML file each, SELECTs over the tables of the rules, counted, judged and followed down to their rows."""
