// Loads a worker's script and wasm once. Workers then start from a Blob and a compiled module: no
// further request, also not when one has to be started again.

// Appended to wasm-bindgen's classic script: the first message is the compiled module. A start that
// fails is thrown outside of the promise, so that the page hears of it.
const START = `
self.onmessage = (event) => {
  self.onmessage = null;
  wasm_bindgen({ module_or_path: event.data }).catch((error) => setTimeout(() => { throw error; }));
};`;

async function compile(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  try {
    return await WebAssembly.compileStreaming(response.clone());
  } catch {
    // A server that does not know application/wasm.
    return WebAssembly.compile(await response.arrayBuffer());
  }
}

async function text(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

export async function load_worker(script, wasm) {
  const [source, module] = await Promise.all([text(script), compile(wasm)]);
  const blob = new Blob([source, START], { type: "text/javascript" });
  return { url: URL.createObjectURL(blob), module };
}
