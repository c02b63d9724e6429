/* The page itself without a connection: its own files and nothing else. What is true now is never answered from here. */
'use strict';

const { version: VERSION, files: FILES } = self.SHELL; // put before this file by the server
const CACHE = 'phone-' + VERSION, PAGE = '/m', PATIENCE_MS = 4000;

self.addEventListener('install', (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: 'reload', credentials: 'same-origin' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = (names) => names.filter((name) => name.startsWith('phone-') && name !== CACHE);
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

/** The server's page if it answers in time, with whatever it says (also that one is signed out); else the kept one. */
async function page(request) {
  const kept = () => caches.match(PAGE, { cacheName: CACHE });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  try {
    const answer = await Promise.race([fetch(request), late]);
    return answer || (await kept()) || fetch(request);
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && url.pathname === PAGE) event.respondWith(page(request));
  else if (FILES.includes(url.pathname + url.search)) event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept || fetch(request)));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(self.clients.matchAll({ type: 'window' }).then((open) => (open.length ? open[0].focus() : self.clients.openWindow(PAGE))));
});
