// Starts the page. Trunk would write this inline into index.html, which a strict
// Content-Security-Policy refuses; the two addresses come from the links that Trunk.toml has written.
const address = (part) => document.querySelector(`link[data-start="${part}"]`).href;

import(address("script"))
  .then((page) => page.default({ module_or_path: coverlay.file(address("wasm").split("/").pop()) }))
  .catch((error) => {
    const message = document.querySelector("[data-start=message]") ?? document.body;
    message.textContent = `Coverlay could not start in this browser: ${error}`;
    message.hidden = false;
  });
