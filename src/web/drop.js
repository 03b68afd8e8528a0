// Walks what was dropped and reads files in batches. Everything about rules is Rust; this is
// only the part of the browser that has no synchronous face.

import { next_task } from "./next_task.js";

// A page opened from disk can read dropped folders only through handles (Chromium), Firefox and Safari only
// through entries; both must be asked for before the first `await`.
export function dropped_roots(transfer) {
  const roots = [];
  for (const item of transfer.items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry?.();
    const from_disk = location.protocol === "file:";
    // A browser may refuse a handle, for folders in which it supposes files of the system or by a policy.
    const handle = () => item.getAsFileSystemHandle?.().catch((refused) => ({ refused }));
    if (!entry || (from_disk && entry.isFile)) roots.push({ file: item.getAsFile() });
    else if (from_disk && item.getAsFileSystemHandle) roots.push({ name: entry.name, handle: handle() });
    else roots.push({ name: entry.name, entry, handle: entry.isFile ? undefined : handle() });
  }
  if (roots.length === 0) for (const file of transfer.files) roots.push({ file });
  return roots.filter((root) => root.file !== null);
}

function entry_file(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function entry_list(reader) {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

// Calls `tell` with each child: its name, whether it is a file, its entry and its handle, one of which may
// be missing. Handles take half the time (4,467 files: 1.0 instead of 2.3 s), but Chromium leaves names out
// that another system would not like (`a:b.yml`, `con.yml`): what there is, entries say.
async function list(entry, handle, tell) {
  const handles = new Map();
  const by_handle = async () => {
    for await (const child of handle.values()) handles.set(child.name, child);
  };
  const named = handle && by_handle();
  const children = [];
  try {
    if (!entry) return await named;
    named?.catch(() => null);
    const reader = entry.createReader();
    // Chromium gives at most 100 a call, others all of them; an empty answer is the end.
    for (let some; (some = await entry_list(reader)).length > 0; ) for (const child of some) children.push(child);
    await named?.catch(() => null);
  } finally {
    // Also what was listed before it failed.
    if (!entry) for (const [name, child] of handles) tell({ name, is_file: child.kind === "file", handle: child });
    for (const child of children) {
      const { name, isFile: is_file } = child;
      const found = handles.get(name);
      tell({ name, is_file, entry: child, handle: (found?.kind === "file") === is_file ? found : undefined });
    }
  }
}

async function file_of({ entry, handle }) {
  try {
    if (handle) return await handle.getFile();
  } catch (error) {
    if (!entry) throw error;
  }
  return entry_file(entry);
}

// Gives each another name: what comes together may come from several places (out of a search's results). As
// Chromium names what is dropped.
function naming() {
  const taken = new Set();
  return (name) => {
    const [, stem, ending] = /^(.+?)(\.[^.]*)?$/su.exec(name) ?? [, name];
    let own = name;
    for (let number = 1; taken.has(own); number += 1) own = `${stem} (${number})${ending ?? ""}`;
    taken.add(own);
    return own;
  };
}

// So many at once; others wait for their turn.
function turns(limit) {
  let free = limit;
  const waiting = [];
  const take = async () => {
    if (free > 0) free -= 1;
    else await new Promise((turn) => waiting.push(turn));
  };
  const give = () => {
    if (waiting.length > 0) waiting.shift()();
    else free += 1;
  };
  return { take, give };
}

// Calls `found(path, file)`, `ignored(path)` and `failed(path, reason)`. Asking for one `File`
// takes about half a millisecond and nothing but waiting: many are asked for at once, and some folders. A
// browser hands over answers in one task for as long as there are any, so that one who keeps asking keeps
// it from drawing; hence the pauses.
export async function walk(roots, ignored_names, found, ignored, failed) {
  const PIECE_MS = 4;
  const asking = turns(64);
  const listing = turns(16);
  let begun = performance.now();
  const open = new Set();
  const naming_roots = naming();
  const get = async (path, child) => {
    await asking.take();
    if (performance.now() - begun > PIECE_MS) {
      await next_task();
      begun = performance.now();
    }
    const told = file_of(child)
      .then((file) => found(path, file), (error) => failed(path, String(error)))
      .finally(() => {
        asking.give();
        open.delete(told);
      });
    open.add(told);
  };
  const visit = async (path, child) => {
    if (child.is_file) return get(path, child);
    if (ignored_names.includes(child.name)) return ignored(path);
    const children = [];
    await listing.take();
    await list(child.entry, child.handle, (child) => children.push(child))
      .catch((error) => failed(path, String(error)))
      .finally(listing.give);
    const folders = [];
    for (const child of children) {
      const visited = visit(`${path}/${child.name}`, child);
      if (child.is_file) await visited;
      else folders.push(visited);
    }
    await Promise.all(folders);
  };
  for (const { file, name, entry, handle: promised } of roots) {
    const handle = await promised;
    const is_refused = !handle || handle.refused;
    const path = naming_roots(file ? file.webkitRelativePath || file.name : name);
    if (file) found(path, file);
    else if (is_refused && !entry) failed(path, String(handle?.refused ?? "no access"));
    else {
      const is_file = entry ? entry.isFile : handle.kind === "file";
      await visit(path, { name, is_file, entry, handle: is_refused ? undefined : handle });
    }
  }
  await Promise.all(open);
}

// One read for many files: asking for each alone costs several times as much.
export function read_together(files) {
  return (files.length === 1 ? files[0] : new Blob(files)).arrayBuffer();
}
