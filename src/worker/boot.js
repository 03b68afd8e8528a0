// Starts workers from a Blob and a compiled module: no request of their own, also not when one has
// to be started again.

// Appended to wasm-bindgen's classic script: the first message is the compiled module. A start that
// fails is thrown outside of the promise, so that the page hears of it.
const START = `
self.onmessage = (event) => {
  self.onmessage = null;
  wasm_bindgen({ module_or_path: event.data }).catch((error) => setTimeout(() => { throw error; }));
};`;

async function compile(name) {
  const answer = await coverlay.file(name);
  try {
    return await WebAssembly.compileStreaming(answer.clone());
  } catch {
    // A server that does not know application/wasm.
    return WebAssembly.compile(await answer.arrayBuffer());
  }
}

async function load(script, wasm) {
  const text = coverlay.file(script).then((answer) => answer.text());
  const [source, module] = await Promise.all([text, compile(wasm)]);
  const blob = new Blob([source, START], { type: "text/javascript" });
  return { url: URL.createObjectURL(blob), module };
}

export function load_worker(script, wasm) {
  const loading = load(script, wasm);
  // Told where it is awaited, which may be some time from now.
  loading.catch(() => {});
  return loading;
}
