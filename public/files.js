// The one way to the program's own files. Whatever is needed by name (wasm, workers' scripts,
// catalogues, fonts) is asked for here, so that nothing else knows whether it comes over the network or
// out of the document (public/within.js takes this script's place in the one-file edition).
//
//   coverlay.file(name)  a Response with the file; rejected with an Error that says why there is none
//   coverlay.rest()      fetches what nobody has asked for yet, and keeps it: no request later
//   coverlay.is_one_file whether everything is in the document

// "name hash name hash …", written after the build; without it (a build by Trunk alone) nothing is
// verified.
const words = document.querySelector("meta[name=coverlay-files]")?.content.split(" ") ?? [];
const hashes = new Map();
for (let at = 0; at + 1 < words.length; at += 2) hashes.set(words[at], words[at + 1]);
if (!hashes.size) for (const name of ["press.js", "press_bg.wasm"]) hashes.set(name, "");

const asked = new Set();
const kept = new Map(); // name → promise of bytes

async function ask(name, priority) {
  const integrity = hashes.get(name) ?? "";
  // What has its hash in its name, or is preloaded, is asked for as it is; the rest by what is in it, so that no
  // cache gives what another build had.
  const is_linked = document.querySelector(`link[href$="/${name}"]`);
  const query = is_linked || !integrity ? "" : `?v=${integrity.slice(-16).replace(/\W/g, "")}`;
  const asking = fetch(`./${name}${query}`, { integrity, priority, credentials: "same-origin" });
  const answer = await asking.catch((error) => {
    throw new Error(`${name}: no network, or not the file of this build; ${error.message}`);
  });
  if (!answer.ok) throw new Error(`${name}: the host answers ${answer.status}`);
  return answer;
}

async function give(name) {
  asked.add(name); // at once, or `rest` would ask for it as well
  // What is under way is waited for, not asked for twice.
  const bytes = await kept.get(name);
  if (!bytes) return ask(name, "auto");
  const type = name.endsWith(".wasm") ? "application/wasm" : "";
  return new Response(bytes, { headers: { "Content-Type": type } });
}

// What fails is told where it is awaited, which may be some time from now.
function file(name) {
  const giving = give(name);
  giving.catch(() => {});
  return giving;
}

async function keep(name) {
  asked.add(name);
  const answer = await ask(name, "low");
  return answer.arrayBuffer();
}

async function rest() {
  const names = [...hashes.keys()].filter((name) => !asked.has(name));
  const all = names.map((name) => {
    const bytes = keep(name);
    // What failed is asked for again when it is needed.
    kept.set(name, bytes.catch(() => kept.delete(name) && undefined));
    return bytes;
  });
  await Promise.all(all);
}

globalThis.coverlay = Object.freeze({ file, rest, is_one_file: false });
