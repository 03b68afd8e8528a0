// What the browser itself knows of this page's requests: its timeline of resources, and its reports of
// what a policy refused.

// A policy's report names what has no host by its scheme alone.
const is_request = (address) => /^(https?|wss?|file|ftp)(:|$)/.test(address);

// The policy from the moment on when everything is there. Policies of a page only add up: this one cannot
// be taken back, and no code that comes later is excepted.
const SEAL =
  "default-src 'none'; script-src 'wasm-unsafe-eval'; worker-src blob:; img-src blob: data:; manifest-src 'self'; base-uri 'none'; form-action 'none'";
let is_sealed = false;

// `came(address, bytes, started, is_refused)` hears of each, also of those before.
export function watch(came) {
  const take = (entries) => {
    for (const { name, encodedBodySize, startTime } of entries) {
      if (is_request(name)) came(name, encodedBodySize, startTime, false);
    }
  };
  for (const type of ["navigation", "resource"]) {
    try {
      new PerformanceObserver((list) => take(list.getEntries())).observe({ type, buffered: true });
    } catch {
      // A browser without that timeline.
    }
  }
  document.addEventListener("securitypolicyviolation", (event) => {
    // Both policies may refuse the same.
    const is_other = is_sealed && event.originalPolicy !== SEAL;
    if (is_request(event.blockedURI) && !is_other) came(event.blockedURI, 0, performance.now(), true);
  });
}

export function seal() {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = SEAL;
  document.head.append(policy);
  is_sealed = true;
}
