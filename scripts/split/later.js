// The borders between the page's wasm files (src/web/view/later.rs, src/web/view/views.rs). Those that come
// later take the memory and the functions they share from the first's exports, and put their own into the
// first's table; then the first is told.

// Which files each of them consists of; their paths are written here.
const FILES = {};

// The style sheet of what is in those files, where it is one of its own (scripts/finish).
async function style() {
  const link = document.querySelector("link[rel=later]");
  if (!link) return;
  const sheet = link.cloneNode();
  sheet.rel = "stylesheet";
  await new Promise((done, failed) => {
    sheet.onload = done;
    sheet.onerror = () => failed(new Error(`${link.getAttribute("href")}: no network, or not the file of this build`));
    link.after(sheet);
  }).catch((error) => {
    sheet.remove(); // asked for again with the file
    throw error;
  });
  link.remove();
}

const loading = new Map(); // name → promise; what failed is asked for again

// A file that is on its way, though another one has failed, is waited for: loaded twice it would write over what
// its functions have made by then.
function load(name, exports) {
  if (!loading.has(name)) {
    const one = instantiate(name, { __wasm_split: exports });
    loading.set(name, one);
    one.catch(() => loading.delete(name));
  }
  return loading.get(name);
}

async function instantiate(name, imports) {
  const answer = await coverlay.file(name);
  try {
    await WebAssembly.instantiateStreaming(answer.clone(), imports);
  } catch {
    // A server that does not know application/wasm.
    await WebAssembly.instantiate(await answer.arrayBuffer(), imports);
  }
}

// `exports` gives the first file's, `part` is a key of FILES.
export const border = (exports) =>
  Object.fromEntries(
    Object.entries(FILES).map(([part, files]) => [
      `__wasm_split_load_${part}`,
      async (callback, data) => {
        let loaded = true;
        try {
          await Promise.all([style(), ...files.map((name) => load(name, exports()))]);
        } catch (error) {
          // The page says so in its own words, and asks again if told to.
          loaded = false;
          console.error(error);
        }
        exports().__indirect_function_table.get(callback)(data, loaded);
      },
    ]),
  );
