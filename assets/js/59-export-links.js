/* 导出: links that take the list which a script shows away as a table, as layouts/reports/links.py writes them. */
(function () {
  'use strict';

  const cockpit = (window.cockpit = window.cockpit || {});
  const FORMS = ['csv', 'xlsx'];

  /** @param {string} name of the list @param {Object} asked what it is asked with; what is empty is left out */
  const hrefOf = (name, form, asked) => '/api/v1/exports/' + name + '.' + form + '?' + new URLSearchParams([...Object.entries({ ...asked, lang: cockpit.lang })].filter(([, value]) => value));

  /** A tree for `cockpit.patch`. */
  cockpit.exportLinks = (name, asked, words) => ({
    type: 'Span',
    props: {
      className: 'export-links', title: cockpit.text('exports.what'),
      children: [words || cockpit.text('exports.button'), ...FORMS.map((form) => ({ type: 'A', props: { href: hrefOf(name, form, asked), download: '', 'data-export': form, children: form.toUpperCase() } }))],
    },
  });
})();
