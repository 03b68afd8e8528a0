// Walks what was dropped and reads files in batches. Everything about rules is Rust; this is
// only the part of the browser that has no synchronous face.

import { next_task } from "./next_task.js";

// A page opened from disk can read dropped folders only through handles, Firefox and Safari only
// through entries; either must be asked for before the first `await`.
export function dropped_roots(transfer) {
  const roots = [];
  for (const item of transfer.items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry?.();
    const from_disk = location.protocol === "file:";
    if (entry && !from_disk) roots.push({ entry });
    else if (item.getAsFileSystemHandle) roots.push({ handle: item.getAsFileSystemHandle() });
    else if (entry) roots.push({ entry });
    else roots.push({ file: item.getAsFile() });
  }
  if (roots.length === 0) for (const file of transfer.files) roots.push({ file });
  return roots;
}

function entry_file(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function entry_list(reader) {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

// Calls `found(path, file)`, `ignored(path)` and `failed(path, reason)`. Asking for one `File`
// takes about half a millisecond and nothing but waiting: many are asked for at once. A browser
// hands over answers in one task for as long as there are any, so that one who keeps asking keeps
// it from drawing; hence the pauses.
export async function walk(roots, ignored_names, found, ignored, failed) {
  const waiting = [];
  const LIMIT = 64;
  const PIECE_MS = 4;
  let begun = performance.now();
  const get = async (path, file) => {
    while (waiting.length >= LIMIT) await Promise.race(waiting);
    if (performance.now() - begun > PIECE_MS) {
      await next_task();
      begun = performance.now();
    }
    const one = file.then((file) => found(path, file), (error) => failed(path, String(error)));
    waiting.push(one);
    one.finally(() => waiting.splice(waiting.indexOf(one), 1));
  };
  const visit_entry = async (entry) => {
    const path = entry.fullPath.replace(/^\//, "");
    if (entry.isFile) return get(path, entry_file(entry));
    if (ignored_names.includes(entry.name)) return ignored(path);
    const reader = entry.createReader();
    try {
      // At most 100 a call; an empty answer is the end.
      for (let list; (list = await entry_list(reader)).length > 0; ) {
        for (const child of list) await visit_entry(child);
      }
    } catch (error) {
      failed(path, String(error));
    }
  };
  const visit_handle = async (handle, folder) => {
    const path = folder + handle.name;
    if (handle.kind === "file") return get(path, handle.getFile());
    if (ignored_names.includes(handle.name)) return ignored(path);
    try {
      for await (const child of handle.values()) await visit_handle(child, path + "/");
    } catch (error) {
      failed(path, String(error));
    }
  };
  for (const root of roots) {
    if (root.entry) await visit_entry(root.entry);
    else if (root.handle) {
      const handle = await root.handle.catch(() => null);
      if (handle) await visit_handle(handle, "");
    } else if (root.file) found(root.file.webkitRelativePath || root.file.name, root.file);
  }
  while (waiting.length > 0) await Promise.race(waiting);
}

// One read for many files: asking for each alone costs several times as much.
export function read_together(files) {
  return (files.length === 1 ? files[0] : new Blob(files)).arrayBuffer();
}
