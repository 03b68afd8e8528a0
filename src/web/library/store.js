// One record in a database of its own, which is there only while a library is remembered.
const NAME = "coverlay.library";

// Of the database. 1 had the same store; a later one is refused by the browser and stays as it is.
const VERSION = 2;
// How long another tab may be in the way of an upgrade or of a removal.
const BLOCKED_MS = 3000;

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

async function open() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    if (!request.result.objectStoreNames.contains(NAME)) request.result.createObjectStore(NAME);
  };
  const database = await unless_blocked(request);
  // A later version in another tab need not wait for this one.
  database.onversionchange = () => database.close();
  return database;
}

async function within(mode, ask) {
  const database = await open();
  try {
    return await new Promise((done, failed) => {
      const work = database.transaction(NAME, mode);
      const asked = ask(work.objectStore(NAME));
      work.oncomplete = () => done(asked.result);
      work.onabort = work.onerror = () => failed(work.error ?? asked.error);
    });
  } finally {
    database.close();
  }
}

// `chunks` are bytes; `files` stand at their `paths`. They are kept as one file: thousands of small
// ones would take seconds.
export async function put_library(chunks, paths, files) {
  const record = { chunks, paths, sizes: files.map((file) => file.size), blob: new Blob(files) };
  await within("readwrite", (store) => store.put(record, 0));
}

// `[chunks, paths, files]`, or nothing.
export async function get_library() {
  const record = await within("readonly", (store) => store.get(0));
  if (!record) return undefined;
  let end = 0;
  const slice = (size) => record.blob.slice(end, (end += size));
  return [record.chunks, record.paths, record.sizes.map(slice)];
}

export function drop_library() {
  return unless_blocked(indexedDB.deleteDatabase(NAME));
}
