# shellcheck shell=bash
# Finds what the build needs and instals what is missing, into a cache folder outside the
# checkout, so that the second run starts at once. Sourced by scripts/serve, test and bench.
#
# What can be set: COVERLAY_CACHE (the folder), COVERLAY_CHROMIUM (the browser), COVERLAY_SHARED
# (rule sets for the larger tests).

TRUNK_VERSION=0.21.14 # 0.22 asks for a newer rustc than any distribution has
BINARYEN_VERSION=132.0.0
WASM_SPLIT_VERSION=0.2.3 # the one that Leptos' macros are of
AXE_VERSION=4.14.1
DENY_VERSION=0.20.2
JEST_SARIF_VERSION=1.0.0-beta.0
MITREATTACK_VERSION=5.6.1
COLOUR_VERSION=0.1.5 # the one package that its reader of layers needs
OPENPYXL_VERSION=3.1.5
HTML_VALIDATE_VERSION=10.17.0 # 11 asks for node 22
PYPDF_VERSION=6.0.0

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${COVERLAY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/coverlay}
WASM_ENV=() # what a wasm build needs in its environment
mkdir -p "$CACHE"
unset NO_COLOR # Trunk 0.21 refuses the usual NO_COLOR=1

say() { printf '• %s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }
fail() {
  printf '\nCannot go on: %s\n' "$1" >&2
  shift
  if (($#)); then
    printf '  please run:  %s\n' "$@" >&2
  fi
  exit 1
}

# --- installing -----------------------------------------------------------------------------

# Where nobody is there to agree to downloads, the distribution's packages come first.
unattended() { [[ ${CI:-} == true || ${RUSTUP_AUTO_INSTALL:-} == 0 ]]; }

as_root() {
  if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

# apt_install PACKAGE…: true once they are installed; false where that cannot be done.
apt_install() {
  have apt-get || return 1
  if ((EUID != 0)) && ! { have sudo && sudo -n true 2>/dev/null; }; then return 1; fi
  if ! apt-cache show "$@" >/dev/null 2>&1; then
    as_root apt-get update -qq </dev/null || return 1
    apt-cache show "$@" >/dev/null 2>&1 || return 1
  fi
  say "installing with apt-get: $*"
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" </dev/null >"$CACHE/apt.log" 2>&1 ||
    { as_root apt-get update -qq </dev/null &&
      as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" </dev/null >"$CACHE/apt.log" 2>&1; } ||
    { tail -n 5 "$CACHE/apt.log" >&2; return 1; }
}

# cargo_tool NAME CRATE VERSION [cargo install option…]: puts NAME of that version into PATH.
cargo_tool() {
  local name=$1 crate=$2 version=$3 root="$CACHE/$1-$3"
  shift 3
  if have "$name" && [[ $("$name" --version 2>/dev/null) == *" $version"* ]]; then return; fi
  if [[ ! -x $root/bin/$name ]]; then
    say "installing $crate $version into $root (some minutes, once)"
    # A debug build is ready in a third of the time and does its work just as well.
    cargo install "$crate" --version "=$version" --root "$root" --debug --quiet "$@" </dev/null ||
      fail "$crate $version could not be installed" "cargo install $crate --version $version"
  fi
  PATH="$root/bin:$PATH"
}

# npm_package NAME VERSION: its folder in $npm_folder; false where there is no npm.
npm_package() {
  npm_folder="$CACHE/npm-$1-$2/node_modules/$1"
  [[ -f $npm_folder/package.json ]] && return
  have npm || { unattended && apt_install nodejs npm; } || return 1
  say "fetching $1 $2 from npm"
  npm install --silent --no-save --no-audit --no-fund --ignore-scripts \
    --prefix "$CACHE/npm-$1-$2" "$1@$2" </dev/null >/dev/null 2>&1
}

# --- Rust -----------------------------------------------------------------------------------

# True when the rustc in PATH can build for the web as it is.
rustc_has_wasm() {
  local libraries
  have cargo && libraries=$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null) &&
    compgen -G "$libraries/libcore-*.rlib" >/dev/null
}

# The newest LLVM linker for WebAssembly that a distribution installed.
wasm_linker() { compgen -c wasm-ld | grep -Ex 'wasm-ld(-[0-9]+)?' | sort -V | tail -n 1; }

# Debian's compiler comes without a std for the web, but with its source: cargo builds it.
debian_rust() {
  local linker
  [[ -x /usr/bin/cargo && -f /usr/lib/rustlib/src/rust/library/Cargo.toml ]] || return 1
  linker=$(wasm_linker)
  [[ -n $linker ]] || return 1
  [[ $(rust_version /usr/bin/rustc) == $(printf '%s\n' "$(rust_version /usr/bin/rustc)" "$(oldest_rust)" |
    sort -V | tail -n 1) ]] || return 1
  PATH="/usr/bin:$PATH"
  WASM_ENV=(
    RUSTC_BOOTSTRAP=1
    "CARGO_UNSTABLE_BUILD_STD=std,panic_abort"
    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker"
  )
}

DEBIAN_RUST=(rustc-web cargo-web rust-web-src lld-19 rust-web-clippy rustfmt-web)
debian_install() { apt_install "${DEBIAN_RUST[@]}" gcc libc6-dev && debian_rust; }
rustup_install() { have rustup && rustup target add wasm32-unknown-unknown </dev/null && rustc_has_wasm; }

rust_version() { "$1" --version | cut -d' ' -f2 | cut -d- -f1; }
oldest_rust() { sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml"; }

use_rust() {
  if rustc_has_wasm || debian_rust; then :
  elif unattended; then debian_install || rustup_install || no_rust
  else rustup_install || debian_install || no_rust; fi
  hash -r

  local version
  version=$(rust_version rustc)
  [[ $(printf '%s\n' "$version" "$(oldest_rust)" | sort -V | head -n 1) == "$(oldest_rust)" ]] ||
    fail "Rust $version is older than $(oldest_rust)" "rustup update"
  say "Rust $version for wasm32-unknown-unknown: $(command -v rustc)"

  # Keyed by compiler, shared by checkouts; wasm apart, as its environment changes fingerprints.
  NATIVE_TARGET="$CACHE/target-$version"
  WASM_TARGET="$CACHE/target-$version-wasm"
  local folder
  for folder in "$NATIVE_TARGET" "$WASM_TARGET"; do
    if [[ -d $folder ]] && (($(du -sm "$folder" | cut -f1) > 12000)); then
      say "emptying $folder, which has grown past 12 GB"
      rm -rf "$folder"
    fi
  done
  [[ ${CI:-} == true ]] && export CARGO_INCREMENTAL=0
  export CARGO_TARGET_DIR=$NATIVE_TARGET
}

no_rust() {
  have rustup || fail "no Rust that builds for wasm32-unknown-unknown; see https://rustup.rs" \
    "curl https://sh.rustup.rs -sSf | sh && rustup target add wasm32-unknown-unknown"
  fail "this Rust lacks wasm32-unknown-unknown" "rustup target add wasm32-unknown-unknown"
}

# use_component cargo-clippy clippy: a cargo command that a minimal toolchain may lack.
use_component() {
  cargo "${1#cargo-}" --version >/dev/null 2>&1 && return
  if [[ $(command -v cargo) == /usr/bin/cargo ]]; then
    apt_install rust-web-clippy rustfmt-web
  else
    ! unattended && have rustup && rustup component add "$2" </dev/null
  fi || fail "$1 is missing" "rustup component add $2"
}

# wasm COMMAND…: runs it with what builds for the web need.
wasm() { env CARGO_TARGET_DIR="$WASM_TARGET" ${WASM_ENV[@]+"${WASM_ENV[@]}"} "$@"; }

# The rule sets for the larger tests, beside the checkout.
find_shared() {
  if [[ -z ${COVERLAY_SHARED:-} && -d $ROOT/../shared ]]; then
    COVERLAY_SHARED=$(cd "$ROOT/../shared" && pwd)
    export COVERLAY_SHARED
  fi
  [[ -n ${COVERLAY_SHARED:-} ]]
}

# --- the page -------------------------------------------------------------------------------

locked_version() { # of a crate in Cargo.lock
  awk -v name="name = \"$1\"" '$0 == name { getline; gsub(/[^0-9.]/, ""); print; exit }' "$ROOT/Cargo.lock"
}

wasm_opt_version() { wasm-opt --version 2>/dev/null | grep -oE '[0-9]+' | head -n 1; }

use_page_tools() {
  cargo_tool trunk trunk "$TRUNK_VERSION" --locked --no-default-features --features rustls
  # Its own lock file can name versions a registry mirror does not have: no --locked.
  cargo_tool wasm-bindgen wasm-bindgen-cli "$(locked_version wasm-bindgen)"
  cargo_tool wasm-split-cli wasm_split_cli_support "$WASM_SPLIT_VERSION" --features build-binary

  local found
  found=$(wasm_opt_version || true)
  if ((${found:-0} < 120)); then
    if npm_package binaryen "$BINARYEN_VERSION"; then
      PATH="${npm_folder%/*}/.bin:$PATH"
    elif unattended; then
      fail "wasm-opt is missing and npm cannot fetch it" \
        "npm install --prefix '$CACHE/npm-binaryen-$BINARYEN_VERSION' binaryen@$BINARYEN_VERSION"
    else
      say "no wasm-opt and no npm: Trunk will fetch wasm-opt itself"
    fi
  fi
  hash -r
}

# Builds dist/ unless it is newer than everything it is made of.
build_page() {
  cd "$ROOT" || return
  if [[ -f dist/index.html && -z $(find index.html Trunk.toml Cargo.toml Cargo.lock build.rs src yaml style public data \
    scripts/split -newer dist/index.html -print 2>/dev/null | head -n 1) ]]; then
    say "dist/ is up to date"
  else
    say "building the page with $(trunk --version) into dist/"
    # What an earlier build took out of the page's wasm would be copied as well.
    rm -rf "$WASM_TARGET"/wasm-bindgen/*/snippets/later-*
    # With all its tools in PATH Trunk downloads nothing itself.
    COVERLAY_WASM_BINDGEN=$(command -v wasm-bindgen) PATH="$ROOT/scripts/split:$PATH" \
      RUST_BACKTRACE=0 TRUNK_SKIP_VERSION_CHECK=true wasm trunk --color never build --release --locked || return
  fi
  finish_page
}

# What is done to dist/ when no other step changes it any more: hashes, the service worker's list, and
# everything in one file.
finish_page() {
  [[ -f dist/coverlay.html && -z $(find dist scripts/finish -type f -newer dist/coverlay.html -print | head -n 1) ]] &&
    return
  CARGO_TARGET_DIR="$NATIVE_TARGET/finish" \
    cargo run --locked --quiet --manifest-path "$ROOT/scripts/finish/Cargo.toml" -- "$ROOT" </dev/null
}

# Bytes of every shipped file: as they are, gzip -9, brotli -q 11 (where there is one).
page_sizes() {
  local file raw gzip brotli
  printf '%-34s %10s %10s %10s\n' "file" raw gzip brotli
  while IFS= read -r file; do
    raw=$(wc -c <"$ROOT/dist/$file")
    gzip=$(gzip -9c "$ROOT/dist/$file" | wc -c)
    if have brotli; then brotli=$(brotli -q 11 -c "$ROOT/dist/$file" | wc -c); else brotli=-; fi
    printf '%-34s %10d %10d %10s\n' "$file" "$raw" "$gzip" "$brotli"
  done < <(cd "$ROOT/dist" && find . -type f | sed 's|^\./||' | sort)
}

# --- the browser ----------------------------------------------------------------------------

find_browser() {
  local name
  for name in "${COVERLAY_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable chrome \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    if [[ -n $name ]] && have "$name"; then
      COVERLAY_CHROMIUM=$(command -v "$name")
      return
    fi
  done
  return 1
}

use_browser() {
  find_browser || { apt_install chromium && hash -r && find_browser; } ||
    fail "neither Chrome nor Chromium is in PATH" "sudo apt-get install chromium"
  export COVERLAY_CHROMIUM
  say "browser: $COVERLAY_CHROMIUM"
}

# A second browser, for a smoke test: from PATH, or the distribution's where nobody is asked.
find_firefox() {
  local name
  for name in "${COVERLAY_FIREFOX:-}" firefox-esr firefox "/Applications/Firefox.app/Contents/MacOS/firefox"; do
    if [[ -n $name ]] && have "$name"; then
      COVERLAY_FIREFOX=$(command -v "$name")
      return
    fi
  done
  return 1
}

use_firefox() {
  find_firefox || { unattended && apt_install firefox-esr && hash -r && find_firefox; } || return 1
  export COVERLAY_FIREFOX
  say "second browser: $COVERLAY_FIREFOX"
}

# What the report's page is checked by: a validator of HTML.
use_html_validate() {
  have node || return 1
  npm_package html-validate "$HTML_VALIDATE_VERSION" || return 1
  export COVERLAY_HTML_VALIDATE="$npm_folder/bin/html-validate.mjs"
}

# python_package NAME VERSION: a Python of its own that has it, in $python; false where that cannot be.
python_package() {
  local folder="$CACHE/$1-$2"
  python="$folder/bin/python"
  "$python" -c "import $1" >/dev/null 2>&1 && return
  have python3 || return 1
  say "fetching $1 $2 into $folder"
  python3 -m venv "$folder" >/dev/null 2>&1 &&
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$1==$2" >/dev/null 2>&1
}

# A reader of PDF, for the report as it is printed.
use_pypdf() { python_package pypdf "$PYPDF_VERSION" && export COVERLAY_PYPDF=$python; }

# A second reader of workbooks.
use_openpyxl() { python_package openpyxl "$OPENPYXL_VERSION" && export COVERLAY_OPENPYXL=$python; }

# The schema that SARIF output is checked against, of Microsoft's SDK.
use_sarif_schema() {
  npm_package @microsoft/jest-sarif "$JEST_SARIF_VERSION" || return 1
  export COVERLAY_SARIF_SCHEMA="$npm_folder/lib/schemas/sarif-2.1.0-rtm.5.json"
}

# MITRE's own reader of layers, which tests/layer_python.rs asks. Of the twenty packages that the
# rest of the library needs (pandas, numpy …) it needs one, so the others are not fetched.
use_mitreattack() {
  local folder="$CACHE/mitreattack-$MITREATTACK_VERSION"
  if ! compgen -G "$folder/lib/python*/site-packages/colour.py" >/dev/null; then
    have python3 || { unattended && apt_install python3 python3-venv; } || return 1
    say "fetching mitreattack-python $MITREATTACK_VERSION from PyPI"
    rm -rf "$folder"
    # Debian has the module venv in a package of its own.
    python3 -m venv "$folder" >/dev/null 2>&1 ||
      { unattended && apt_install python3-venv && python3 -m venv "$folder" >/dev/null 2>&1; } || return 1
    "$folder/bin/python" -m pip install --quiet --no-deps --disable-pip-version-check \
      "mitreattack-python==$MITREATTACK_VERSION" "colour==$COLOUR_VERSION" </dev/null >/dev/null 2>&1 ||
      { rm -rf "$folder"; return 1; }
  fi
  export COVERLAY_MITREATTACK="$folder/bin/python"
}

use_axe() {
  npm_package axe-core "$AXE_VERSION" ||
    fail "axe-core (accessibility checks) cannot be fetched" \
      "npm install --prefix '$CACHE/npm-axe-core-$AXE_VERSION' axe-core@$AXE_VERSION"
  export COVERLAY_AXE="$npm_folder/axe.min.js"
}
