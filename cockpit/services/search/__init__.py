"""搜索: one box for places, divisions, people, events and numbers of things, by words, codes or pinyin initials."""
