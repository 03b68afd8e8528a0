// The border between the page's two wasm files (src/web/view/later.rs). The second takes the
// memory and the functions it shares from the first's exports, and puts its own into the first's
// table; then the first is told.

const NAME = "later.wasm"; // its path is written here

async function load(exports) {
  const answer = await coverlay.file(NAME);
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
