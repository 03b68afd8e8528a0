// What was open, in a database of its own that is there only while it is asked for. The state is one
// record; files lie beside it in packs, each stored once. Everything of one moment is written in one
// transaction: what is there is always of one page, whichever wrote last.
const NAME = "coverlay.workspace";
const STORES = ["state", "packs"];
// Of the database. 1 had the same stores: an upgrade adds what is missing and keeps what is there.
// A later one is refused by the browser (VersionError) and stays as it is.
const VERSION = 2;
// How long another tab may be in the way of an upgrade or of a removal.
const BLOCKED_MS = 3000;

function asked(request) {
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

async function open() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    const there = request.result.objectStoreNames;
    for (const name of STORES) if (!there.contains(name)) request.result.createObjectStore(name);
  };
  const database = await unless_blocked(request);
  // A later version in another tab need not wait for this one.
  database.onversionchange = () => database.close();
  return database;
}

// One after another.
let last = Promise.resolve();
function in_turn(work) {
  last = last.then(work, work);
  return last;
}

async function within(ask) {
  const database = await open();
  try {
    const work = database.transaction(STORES, "readwrite");
    const ended = new Promise((done, failed) => {
      work.oncomplete = done;
      work.onabort = work.onerror = () => failed(work.error ?? new Error("the browser gave no reason"));
    });
    // What fails in there ends the transaction, which tells why.
    ended.catch(() => {});
    let result;
    try {
      result = await ask(work.objectStore("state"), work.objectStore("packs"));
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

// Where each file lies that this page has stored: path → { file, place: [pack, from, to] }.
let held = new Map();

// Up to so many bytes files are read before they are kept. Private windows keep what they are given
// as a file of the disk by its place only, and cannot read it any more once it has changed there.
const READ_BYTES = 64 << 20;

// Some files as one: thousands of small ones would take seconds.
async function packed(files) {
  const one = new Blob(files);
  return files.length > 0 && one.size <= READ_BYTES ? new Blob([await one.arrayBuffer()]) : one;
}

// Keeps a document and its files, in one transaction; says whether another page had kept something
// since. Nothing, if another page did so while files were read: then it is tried again.
async function try_to_keep(writer, saved, text, paths, files) {
  const last_writer = await within(async (state) => (await asked(state.get(0)))?.writer);
  if (last_writer !== writer) held = new Map();
  const is_fresh = (at) => held.get(paths[at])?.file !== files[at];
  const fresh = files.filter((_, at) => is_fresh(at));
  const pack = await packed(fresh);
  const next = new Map();
  const was_other = await within(async (state, packs) => {
    const before = await asked(state.get(0));
    if (before?.writer !== last_writer) return undefined;
    if (last_writer !== writer) packs.clear();
    const number = (before?.last ?? 0) + 1;
    let end = 0;
    const place = (at) => [number, end, (end += files[at].size)];
    paths.forEach((path, at) =>
      next.set(path, is_fresh(at) ? { file: files[at], place: place(at) } : held.get(path)),
    );
    if (fresh.length > 0) packs.put(pack, number);
    const used = new Set([...next.values()].map(({ place }) => place[0]));
    for (const key of await asked(packs.getAllKeys())) if (!used.has(key)) packs.delete(key);
    const places = paths.map((path) => next.get(path).place);
    state.put({ writer, saved, text, paths, places, last: number }, 0);
    return Boolean(before) && last_writer !== writer;
  });
  if (was_other !== undefined) held = next;
  return was_other;
}

export function keep_workspace(writer, saved, text, paths, files) {
  return in_turn(async () => {
    for (let tries = 0; tries < 5; tries += 1) {
      const was_other = await try_to_keep(writer, saved, text, paths, files);
      if (was_other !== undefined) return was_other;
    }
    throw new Error("another tab keeps its work all the time");
  });
}

// `[text, saved, paths, files]`, or nothing. From now on it is this page's.
export function take_workspace(writer) {
  return in_turn(() =>
    within(async (state, packs) => {
      const record = await asked(state.get(0));
      if (!record) return undefined;
      const blobs = new Map();
      for (const [pack] of record.places)
        if (!blobs.has(pack)) blobs.set(pack, await asked(packs.get(pack)));
      const files = record.places.map(([pack, from, to]) => blobs.get(pack).slice(from, to));
      held = new Map();
      record.paths.forEach((path, at) => held.set(path, { file: files[at], place: record.places[at] }));
      state.put({ ...record, writer }, 0);
      return [record.text, record.saved, record.paths, files];
    }),
  );
}

function drop(name) {
  return unless_blocked(indexedDB.deleteDatabase(name));
}

export function drop_workspace() {
  held = new Map();
  return in_turn(() => drop(NAME));
}

// Every database of ours, whichever part made it.
export function drop_everything() {
  held = new Map();
  return in_turn(async () => {
    const all = (await indexedDB.databases?.()) ?? [{ name: NAME }, { name: "coverlay.library" }];
    for (const { name } of all) if (name.startsWith("coverlay")) await drop(name);
  });
}

// Which of these cannot be read any more, by their places.
export async function gone_files(files) {
  const gone = [];
  for (let at = 0; at < files.length; at += 64) {
    const some = files.slice(at, at + 64).map((file) => file.slice(0, 1).arrayBuffer().then(() => false, () => true));
    (await Promise.all(some)).forEach((is_gone, more) => is_gone && gone.push(at + more));
  }
  return gone;
}

// Holds that this page keeps its work here; false if another page does. It ends with the page, which
// may be a moment after the next one has begun: hence asked twice.
let end_claim;
const AGAIN_MS = 1500;

function claimed() {
  return new Promise((done) => {
    const hold = (lock) => {
      done(Boolean(lock));
      return lock && new Promise((end) => (end_claim = end));
    };
    navigator.locks.request(NAME, { ifAvailable: true }, hold).catch(() => done(true));
  });
}

export async function claim() {
  if (end_claim || !navigator.locks || (await claimed())) return true;
  await new Promise((resume) => setTimeout(resume, AGAIN_MS));
  return claimed();
}

export function unclaim() {
  end_claim?.();
  end_claim = undefined;
}
