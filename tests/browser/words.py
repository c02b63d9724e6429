"""文字: which words of a page are in the wrong language. What is marked as data (`lang="zh"`) is in its own."""

import re

from playwright.sync_api import Page

from cockpit.catalogue import LANGS, texts

#: each piece of text that somebody sees, outside of data, with the element that it stands in
_SEEN = """() => {
  const seen = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.data.trim(), at = node.parentElement;
    if (!words || !at || at.closest('script, style, noscript, textarea, kbd')) continue;
    if (at.closest('[lang=zh]') || !at.checkVisibility({ checkVisibilityCSS: true })) continue;
    const css = typeof at.className === 'string' ? at.className : '';
    seen.push([words, [at.parentElement?.className, at.tagName.toLowerCase() + '.' + css].join(' > ')]);
  }
  return seen;
}"""
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def chinese_in_english(page: Page) -> list[str]:
    """Chinese that nobody marked as data, each with its place."""
    return sorted({f"{words} ({at})" for words, at in page.evaluate(_SEEN) if _CHINESE.search(words)})


def english_in_chinese(page: Page) -> list[str]:
    """Texts of the English catalogue on a Chinese page; what both languages write alike is none."""
    chinese, english = (set(texts(lang).values()) for lang in LANGS)
    only = {text for text in english - chinese if re.search("[A-Za-z]{2}", text)}
    return sorted({f"{words} ({at})" for words, at in page.evaluate(_SEEN) if words in only})
