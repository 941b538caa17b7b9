"""The grammar of time words: `tokens` and `combine` below; `periods` and `limits` read, `rules` and `targets` say what it means."""
