//! Every cap in one place, each with its reason. Inputs are hostile; real ones are far below.

mod adjustable;

pub use adjustable::{Limit, Limits};

/// A rule file. The largest real Sigma file seen is 3.7 MB (mthcht `frp.yml`).
pub const MAX_RULE_FILE_BYTES: u64 = 8 << 20;
/// A file of many rules that is read line by line or part by part (NDJSON, TOML, XML, CSV,
/// Suricata). A Kibana export of Elastic's 1,940 rules has 15 MB, all of ET open's about 45 MB.
pub const MAX_RULE_LIST_BYTES: u64 = 64 << 20;
/// A STIX bundle. Enterprise 18.1 is 34 MB; releases grow by about 3 MB a year.
pub const MAX_STIX_BYTES: u64 = 128 << 20;
/// Stored catalogues unpacked. Three domains of one release take 0.2 MB.
pub const MAX_CATALOGUE_BYTES: usize = 4 << 20;
/// A dropped archive. The largest public rule repository is about 330 MB unpacked.
pub const MAX_ARCHIVE_BYTES: u64 = 256 << 20;
/// All of an archive unpacked; beyond it the rest of the entries are refused.
pub const MAX_ARCHIVE_UNPACKED_BYTES: u64 = 1 << 30;
/// Unpacked size over packed size of one entry. Deflate cannot exceed 1032; rule text packs
/// to about 1:3, the most repetitive real files to about 1:60.
pub const MAX_ARCHIVE_RATIO: u64 = 200;
/// Small entries may pack better than the ratio without doing harm.
pub const ARCHIVE_RATIO_FREE_BYTES: u64 = 1 << 20;
/// Entries of one archive, and files of one drop. 50,000 rules is the size budgeted for.
pub const MAX_FILES: usize = 200_000;
/// Nesting of YAML. Real rules stay below 20.
pub const MAX_YAML_DEPTH: usize = 64;
/// Nodes of one YAML file, all documents together; the 3.7 MB file above has about 60,000.
pub const MAX_YAML_NODES: usize = 500_000;
/// Documents of one YAML file; the largest real one has 468 (Velociraptor).
pub const MAX_YAML_DOCUMENTS: usize = 20_000;
/// Nodes of one YAML file that are kept for aliases or copied by them ("billion laughs").
pub const MAX_YAML_ALIAS_NODES: usize = 50_000;
/// Bytes to read again while mending the indentation of one YAML file; a rule of 8 kB with 100
/// badly indented lines is within it.
pub const MAX_YAML_REPAIR_BYTES: usize = 4 << 20;
/// Tags of one file that rules take over from an `action: global` part or from the rules a
/// correlation names; without it a file of 8 MB could ask for billions of them.
pub const MAX_INHERITED_TAGS: usize = 50_000;
/// `action: global` parts of one file that are in force at once; real files have one.
pub const MAX_GLOBAL_PARTS: usize = 16;
/// Values of a document that others inherit from, without those of its `detection`: each rule
/// that follows looks through them. Real ones have about 40.
pub const MAX_GLOBAL_VALUES: usize = 1_000;
/// Rules of one file of signatures or of XML; the largest free set of signatures, ET open, has
/// 45,000 in several files.
pub const MAX_FILE_RULES: usize = 200_000;
/// Tags of one rule, and ids seen in its prose, in formats that are not YAML; real ones have at
/// most about 20.
pub const MAX_RULE_TAGS: usize = 200;
/// Ids seen in one text that is no rule; a list of all of ATT&CK's has about 900.
pub const MAX_FILE_SIGHTINGS: usize = 5_000;
/// Nesting of JSON; templates of Azure reach about 20.
pub const MAX_JSON_DEPTH: usize = 100;
/// Values of one JSON document, see [`MAX_RULE_FILE_BYTES`]; a template of Azure of 1.1 MB has
/// about 30,000.
pub const MAX_JSON_NODES: usize = 500_000;
/// Nesting of TOML; real rules stay below 10.
pub const MAX_TOML_DEPTH: usize = 64;
/// Columns of a table; a spreadsheet has at most 16,384.
pub const MAX_TABLE_COLUMNS: usize = 16_384;
/// Words of one cell, and tags of one rule of a table. All of ATT&CK has about 1,000 techniques.
pub const MAX_TABLE_TAGS: usize = 10_000;
/// A bare list of technique ids; all ids there ever were take about 10 kB.
pub const MAX_BARE_LIST_BYTES: usize = 1 << 20;
/// A layer file. The largest real one seen is 1 MB; 60 layers of 900 entries in one file, each
/// entry with its rules as comment, have about 40 MB.
pub const MAX_LAYER_BYTES: usize = 64 << 20;
/// Values of one layer file, an object counting ten times (that is what it takes in memory). 60
/// layers of 900 entries with two lines of metadata each have about two million.
pub const MAX_LAYER_VALUES: usize = 4_000_000;
/// An expression over layers; one that names each of sixty layers has about 400 bytes.
pub const MAX_EXPRESSION_BYTES: usize = 4096;
/// Brackets, signs and choices in one another in an expression; honest ones have five.
pub const MAX_EXPRESSION_DEPTH: usize = 64;
/// Log sources weighed for what their loss would cost; each is scored anew for every technique it
/// serves. SigmaHQ has 117, Elastic and Splunk together fewer than 500.
pub const MAX_DEPENDENCIES: usize = 256;
/// Points of a trend made from the dates of rules: thirty years of quarters, ten of months. Rules
/// with a date before the first point count in it; the oldest public ones are of 2008.
pub const MAX_TREND_POINTS: usize = 120;
/// Frames of a moving picture, three minutes of it; one of all points of a trend is within it.
pub const MAX_GIF_FRAMES: usize = 120;
/// A profile, a file of enrichment, or a table of assets or incidents. All of ATT&CK with a score
/// each takes 40 kB, the enrichment at hand 80 kB, an inventory of 100,000 hosts 4 MB.
pub const MAX_PROFILE_BYTES: usize = 16 << 20;
/// Files of a library that the browser is asked to remember, together: ten times the zip of SigmaHQ,
/// and little beside what browsers grant a page (some gigabytes).
pub const MAX_REMEMBERED_BYTES: u64 = 64 << 20;
/// `coverlay.json` of a host. One with an inline profile that accepts all of ATT&CK's techniques takes
/// some 100 kB.
pub const MAX_HOSTED_BYTES: usize = 256 << 10;
/// Files that one key of it names; sixty layers are the largest set anyone is known to keep.
pub const MAX_HOSTED_FILES: usize = 64;
/// Its title, in characters: it stands in one line beside the name.
pub const MAX_HOSTED_TITLE: usize = 60;
/// Its banner, in characters: about three lines.
pub const MAX_HOSTED_BANNER: usize = 400;
/// An address in it; browsers and servers take about 8,000 characters.
pub const MAX_HOSTED_ADDRESS: usize = 2000;
/// Names of platforms in it and in a link; all domains together have about 30.
pub const MAX_SHARED_PLATFORMS: usize = 64;
/// Problems of it that are listed; the rest is counted.
pub const MAX_HOSTED_PROBLEMS: usize = 50;
/// Settings in a link, in characters. With every weight of every policy changed they take about 2,000.
pub const MAX_LINK_CHARS: usize = 8 << 10;
/// The same unpacked.
pub const MAX_LINK_BYTES: usize = 64 << 10;
/// A cell of a table of alerts; the rest of it is dropped and told. Titles, ids and names have
/// hundreds of bytes, raw events in a cell are not needed.
pub const MAX_ALERT_CELL_BYTES: usize = 64 << 10;
/// A row of alerts, and a quoted cell: beyond it a quote counts as not closed. Raw events of 10 MB
/// in a cell are within it.
pub const MAX_ALERT_ROW_BYTES: usize = 16 << 20;
/// Rows of one file of alerts; a million take about 60 MB as a table.
pub const MAX_ALERT_ROWS: u32 = 4_000_000;
/// What is looked at to tell what a file of alerts is, and which column is what.
pub const ALERT_HEAD_BYTES: usize = 256 << 10;
/// Results of tests from one file.
pub const MAX_TEST_RESULTS: usize = 200_000;
/// A logo on slides, as PNG or JPEG; those that organisations give away have 5 to 200 kB.
pub const MAX_LOGO_BYTES: usize = 1 << 20;
/// Pixels of a logo: twenty times what the largest slide has room for (520 × 168), and no more than a
/// page unpacks in a moment. A file of a hundred bytes can promise a billion.
pub const MAX_LOGO_PIXELS: u64 = 2_000_000;
/// Diagnostics of one file; the rest of them is only counted.
pub const MAX_FILE_DIAGNOSTICS: usize = 200;
/// Findings of the tag doctor on one rule; the rest of them is not looked for. A rule file may
/// hold half a million tags, an honest rule has fewer than 60.
pub const MAX_RULE_FINDINGS: usize = 200;

/// A workspace file. As large as an archive may be, of which it takes the place.
pub const MAX_WORKSPACE_BYTES: u64 = 256 << 20;
/// How far into a file its `format` must stand to be known as a workspace. Written ones have it in
/// the first line; sorted by another tool, an address and a program's name stand before it.
pub const WORKSPACE_HEAD_BYTES: usize = 4096;
/// Layers, snapshots and peers of one workspace, each. Sixty layers are a folder of years.
pub const MAX_WORKSPACE_PARTS: usize = 2_000;
/// Rules that a workspace names as picked, and cells it names as folded.
pub const MAX_WORKSPACE_PLACES: usize = 200_000;
/// Letters of one path in a workspace; systems allow 4,096 bytes.
pub const MAX_WORKSPACE_PATH_BYTES: usize = 4096;
/// Settings of a workspace, without files and layers, beside what a profile may have (see
/// [`MAX_PROFILE_BYTES`]). They have some kilobytes; as JSON in JSON a profile may grow.
pub const MAX_WORKSPACE_SETTINGS_BYTES: usize = 16 << 20;
/// Parts of a workspace that this version does not know, together: they are written again.
pub const MAX_WORKSPACE_UNKNOWN_BYTES: usize = 1 << 20;
/// Remarks on one workspace; the rest of them is only counted.
pub const MAX_WORKSPACE_REMARKS: usize = 50;

/// A worker at a job that has said nothing for so long hangs and is replaced. The slowest honest
/// silence is a STIX bundle of [`MAX_STIX_BYTES`]: one of 34 MB takes about two seconds.
pub const MAX_WORKER_SILENCE_SECONDS: u32 = 60;

/// Folders that hold tooling, never rules; not walked, and said so in the import report.
pub const IGNORED_FOLDERS: [&str; 6] = [".git", ".hg", ".svn", "node_modules", "__MACOSX", ".venv"];
