import { asked, within } from "../stored.js";

// One record in a database of its own, which is there only while a library is remembered.
const NAME = "coverlay.library";

// `chunks` are bytes; `files` stand at their `paths`. They are kept as one file: thousands of small
// ones would take seconds.
export async function put_library(chunks, paths, files) {
  const record = { chunks, paths, sizes: files.map((file) => file.size), blob: new Blob(files) };
  await within(NAME, [NAME], "readwrite", (store) => asked(store.put(record, 0)));
}

// `[chunks, paths, files]`, or nothing.
export async function get_library() {
  const record = await within(NAME, [NAME], "readonly", (store) => asked(store.get(0)));
  if (!record) return undefined;
  let end = 0;
  const slice = (size) => record.blob.slice(end, (end += size));
  return [record.chunks, record.paths, record.sizes.map(slice)];
}
