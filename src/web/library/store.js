// One record in a database of its own, which is there only while a library is remembered.
const NAME = "coverlay.library";

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(NAME);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
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
  return new Promise((done, failed) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = () => done();
    asked.onerror = () => failed(asked.error);
  });
}
