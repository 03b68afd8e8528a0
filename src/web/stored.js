// The databases of this page, each there only while somebody asked for what is in it: how they are opened,
// brought up to date, used and removed. What lies in them is the business of the two that use this.

// Of every database. 1 had the same stores: an upgrade adds what is missing and keeps what is there. A later
// one is refused by the browser (VersionError) and stays as it is.
const VERSION = 2;
// How long another tab may be in the way of an upgrade or of a removal.
const BLOCKED_MS = 3000;

export function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

// The same of a request that other tabs can block; what it brings after that is closed again.
function unless_blocked(request) {
  return new Promise((done, failed) => {
    let is_given_up = false;
    request.onblocked = () =>
      setTimeout(() => {
        is_given_up = true;
        failed(new DOMException("another tab of Coverlay is in the way; close it and try again", "BlockedError"));
      }, BLOCKED_MS);
    request.onsuccess = () => (is_given_up ? request.result?.close() : done(request.result));
    request.onerror = () => failed(request.error);
  });
}

async function open(name, stores) {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    const there = request.result.objectStoreNames;
    for (const store of stores) if (!there.contains(store)) request.result.createObjectStore(store);
  };
  const database = await unless_blocked(request);
  // A later version in another tab need not wait for this one.
  database.onversionchange = () => database.close();
  return database;
}

// One transaction over all stores of a database, which `ask` gets in their order: all of it, or nothing.
export async function within(name, stores, mode, ask) {
  const database = await open(name, stores);
  try {
    const work = database.transaction(stores, mode);
    const ended = new Promise((done, failed) => {
      work.oncomplete = done;
      work.onabort = work.onerror = () => failed(work.error ?? new Error("the browser gave no reason"));
    });
    // What fails in there ends the transaction, which tells why.
    ended.catch(() => {});
    let result;
    try {
      result = await ask(...stores.map((store) => work.objectStore(store)));
    } catch (error) {
      // Else a part of it would be kept. It may have ended by itself.
      try {
        work.abort();
      } catch {}
      throw error;
    }
    await ended;
    return result;
  } finally {
    database.close();
  }
}

export function drop_database(name) {
  return unless_blocked(indexedDB.deleteDatabase(name));
}
