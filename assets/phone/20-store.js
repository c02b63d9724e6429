/* 存: what the phone keeps over a closed page: taps that were not sent, messages, and what was last known. */
(function () {
  'use strict';

  const phone = window.cockpit.phone;
  const NAME = 'cockpit-phone', VERSION = 1, NOTES_KEPT = 200;

  const opened = new Promise((resolve) => {
    let asking;
    try {
      asking = indexedDB.open(NAME, VERSION);
    } catch {
      return resolve(null);
    }
    asking.onupgradeneeded = () => {
      asking.result.createObjectStore('outbox', { keyPath: 'id', autoIncrement: true });
      asking.result.createObjectStore('notes', { keyPath: 'id', autoIncrement: true });
      asking.result.createObjectStore('kept');
    };
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = asking.onblocked = () => resolve(null);
  });

  // a browser that gives no room: everything works until the page is closed, and the page says so
  const memory = { outbox: new Map(), notes: new Map(), kept: new Map(), next: 1 };
  const store = (phone.store = { isLasting: true });
  opened.then((db) => (store.isLasting = db !== null));

  function finished(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  async function within(name, mode, act) {
    const db = await opened;
    if (!db) return undefined;
    const change = db.transaction(name, mode, { durability: 'strict' });
    const done = new Promise((resolve, reject) => {
      change.oncomplete = resolve;
      change.onabort = change.onerror = () => reject(change.error);
    });
    const result = await finished(act(change.objectStore(name)));
    if (mode === 'readwrite') await done; // on the disk, not on its way
    return result;
  }

  /** Add a row to `outbox` or `notes`; its number. */
  store.add = async function (name, row) {
    if (await opened) return within(name, 'readwrite', (s) => s.add(row));
    memory[name].set(memory.next, { ...row, id: memory.next });
    return memory.next++;
  };
  store.put = async (name, row) => ((await opened) ? within(name, 'readwrite', (s) => s.put(row)) : memory[name].set(row.id, row));
  store.drop = async (name, id) => ((await opened) ? within(name, 'readwrite', (s) => s.delete(id)) : memory[name].delete(id));
  /** All rows in the order in which they were added. */
  store.all = async (name) => ((await opened) ? within(name, 'readonly', (s) => s.getAll()) : [...memory[name].values()]);

  store.keep = async (key, value) => ((await opened) ? within('kept', 'readwrite', (s) => s.put(value, key)) : memory.kept.set(key, value));
  store.find = async (key) => ((await opened) ? within('kept', 'readonly', (s) => s.get(key)) : memory.kept.get(key));

  /** Keep a message for the list of messages, and forget the oldest. */
  store.note = async function (note) {
    await store.add('notes', note);
    const all = await store.all('notes');
    for (const old of all.slice(0, Math.max(0, all.length - NOTES_KEPT))) await store.drop('notes', old.id);
  };
})();
