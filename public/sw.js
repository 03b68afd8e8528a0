// Keeps the program's files, so that the page works without its server. Nothing that anybody drops ever comes here:
// only addresses of the list, and coverlay.json, are answered; all others the browser asks for itself.

// [address, hash] of every file, written after the build. Another list is another version.
const LIST = null;

// Several pages may be on one origin, each with its own caches.
const PREFIX = `coverlay ${self.registration.scope} `;
const NAME = PREFIX + LIST.version;
const HOSTED = "coverlay.json";
const within = (address) => new URL(address, self.registration.scope).pathname;
const paths = new Set(LIST.files.map(([address]) => within(address)));

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(forget_others()));
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const path = pathname === within("index.html") ? within("./") : pathname;
  if (path === within(HOSTED)) event.respondWith(newest(request));
  else if (paths.has(path)) event.respondWith(kept(path, request));
});

async function install() {
  const cache = await caches.open(NAME);
  try {
    await Promise.all([...LIST.files.map((file) => keep(cache, file)), keep_hosted(cache)]);
  } catch (error) {
    await caches.delete(NAME);
    throw error;
  }
}

async function keep(cache, [address, integrity]) {
  // What may be named the same in another build is not taken out of the browser's own cache.
  const is_fixed = address.includes("?") || /-[0-9a-f]{12,}[._]/.test(address);
  const answer = await fetch(address, {
    integrity,
    cache: is_fixed ? "default" : "no-cache",
    credentials: "same-origin",
    redirect: "error",
  });
  if (!answer.ok) throw new Error(`${address}: the host answers ${answer.status}`);
  await cache.put(within(address), answer);
}

async function keep_hosted(cache) {
  const answer = await fetch(HOSTED, { cache: "no-cache", redirect: "error" }).catch(() => null);
  if (answer?.ok) await cache.put(within(HOSTED), answer);
}

async function kept(path, request) {
  const cache = await caches.open(NAME);
  return (await cache.match(path)) ?? fetch(request);
}

async function newest(request) {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(within(HOSTED), answer.clone());
    return answer;
  } catch (error) {
    const earlier = await cache.match(within(HOSTED));
    if (earlier) return earlier;
    throw error;
  }
}

async function forget_others() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
  }
}
