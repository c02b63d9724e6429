"""报告的样子: one report in words, as a page to read and as a document to print; and the page that lists them."""
