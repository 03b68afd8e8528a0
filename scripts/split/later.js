// The border between the page's two wasm files (src/web/view/later.rs). The second takes the
// memory and the functions it shares from the first's exports, and puts its own into the first's
// table; then the first is told.

const NAME = "later.wasm"; // its path is written here

// The style sheet of what is in that file, where it is one of its own (scripts/finish).
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

async function load(exports) {
  const [answer] = await Promise.all([coverlay.file(NAME), style()]);
  const imports = { __wasm_split: exports };
  try {
    await WebAssembly.instantiateStreaming(answer.clone(), imports);
  } catch {
    // A server that does not know application/wasm.
    await WebAssembly.instantiate(await answer.arrayBuffer(), imports);
  }
}

export const border = (exports) => ({
  async __wasm_split_load_later(callback, data) {
    let loaded = true;
    try {
      await load(exports());
    } catch (error) {
      // The page says so in its own words, and asks again if told to.
      loaded = false;
      console.error(error);
    }
    exports().__indirect_function_table.get(callback)(data, loaded);
  },
});
