"""文案: every text a person reads, zh-CN first."""
