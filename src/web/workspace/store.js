import { asked, drop_database, within } from "../stored.js";

// What was open, in a database of its own that is there only while it is asked for. The state is one
// record; files lie beside it in packs, each stored once. Everything of one moment is written in one
// transaction: what is there is always of one page, whichever wrote last.
const NAME = "coverlay.workspace";
const STORES = ["state", "packs"];

// One after another.
let last = Promise.resolve();
function in_turn(work) {
  last = last.then(work, work);
  return last;
}

// In one transaction.
function with_stores(ask) {
  return within(NAME, STORES, "readwrite", ask);
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
  const last_writer = await with_stores(async (state) => (await asked(state.get(0)))?.writer);
  if (last_writer !== writer) held = new Map();
  const is_fresh = (at) => held.get(paths[at])?.file !== files[at];
  const fresh = files.filter((_, at) => is_fresh(at));
  const pack = await packed(fresh);
  const next = new Map();
  const was_other = await with_stores(async (state, packs) => {
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
    with_stores(async (state, packs) => {
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

export function drop_workspace() {
  held = new Map();
  return in_turn(() => drop_database(NAME));
}

// Every database of ours, whichever part made it.
export function drop_everything() {
  held = new Map();
  return in_turn(async () => {
    const all = (await indexedDB.databases?.()) ?? [{ name: NAME }, { name: "coverlay.library" }];
    for (const { name } of all) if (name.startsWith("coverlay")) await drop_database(name);
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
