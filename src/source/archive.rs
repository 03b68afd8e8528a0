//! Zip archives: every entry becomes a file or an outcome, under the limits of
//! [`crate::limits`]. All decisions are taken when the archive is opened, from its directory
//! alone, so that several workers with the same bytes agree on every entry.

use crate::diagnostic::Code;
use crate::limits::{ARCHIVE_RATIO_FREE_BYTES, IGNORED_FOLDERS, Limit, Limits};
use crate::source::crc::crc32;
use crate::source::{Bucket, FileOutcome, SourceFile};
use miniz_oxide::inflate::{TINFLStatus, decompress_slice_iter_to_slice};
use rawzip::{
    CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipSliceArchive,
};
use std::collections::HashSet;

/// An opened archive: a plan of what to do with each entry. Folders are no entries; a folder of
/// [`IGNORED_FOLDERS`] is one.
pub struct Archive<'a> {
    zip: ZipSliceArchive<&'a [u8]>,
    entries: Vec<Entry>,
}

/// One entry of the plan.
struct Entry {
    /// With the archive's path before it.
    path: String,
    /// As declared in the directory.
    bytes: u64,
    plan: Plan,
}

enum Plan {
    Unpack { found: ZipArchiveEntryWayfinder, stored: bool },
    Refuse(Bucket),
}

impl<'a> Archive<'a> {
    /// Reads the directory of an archive. `path` is the archive's own, and goes before the
    /// paths of its entries.
    ///
    /// # Errors
    /// With the archive's outcome, if nothing in it can be reached.
    pub fn open(path: &str, bytes: &'a [u8]) -> Result<Self, FileOutcome> {
        Self::open_within(path, bytes, &Limits::default())
    }

    /// [`Self::open`] under other limits.
    ///
    /// # Errors
    /// As there.
    pub fn open_within(path: &str, bytes: &'a [u8], limits: &Limits) -> Result<Self, FileOutcome> {
        let outcome =
            |bucket| FileOutcome { path: path.to_owned(), bytes: bytes.len() as u64, bucket };
        let limit = Limit::ArchiveBytes;
        if bytes.len() as u64 > limits.of(limit) {
            let most = limit.written(limits.of(limit));
            return Err(outcome(hit(
                Code::TooLarge,
                format!("the archive is larger than {most}"),
                "unpack it and drop its folders one by one",
                limit,
            )));
        }
        let zip = ZipArchive::from_slice(bytes).map_err(|error| {
            outcome(failed(
                Code::ZipDamaged,
                format!("the archive has no readable directory: {error}"),
                "download or pack it again; it may be incomplete",
            ))
        })?;
        let entries = Planner::new(path, &zip, limits).plan();
        if entries.is_empty() {
            let reason = "the archive holds no files".to_owned();
            return Err(outcome(Bucket::Skipped { code: Code::Empty, reason }));
        }
        Ok(Self { zip, entries })
    }

    /// How many files and outcomes it gives.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Never: an archive without files does not open.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many of them are in part `part` (from 0) of `parts`.
    pub fn part_len(&self, part: usize, parts: usize) -> usize {
        self.len().saturating_sub(part).div_ceil(parts.max(1))
    }

    /// Every `parts`-th entry from `part` (from 0) on, unpacked one at a time. The parts
    /// together give each entry exactly once; the first `done` of a part are passed over. An `Err`
    /// is the outcome of an entry that is not read.
    pub fn part(
        &self,
        part: usize,
        parts: usize,
        done: usize,
    ) -> impl Iterator<Item = Result<SourceFile, FileOutcome>> {
        self.of_part(part, parts, done).map(|entry| self.unpack(entry))
    }

    /// The paths of what [`Self::part`] gives, before anything is unpacked.
    pub fn part_paths(&self, part: usize, parts: usize, done: usize) -> impl Iterator<Item = &str> {
        self.of_part(part, parts, done).map(|entry| entry.path.as_str())
    }

    /// The files of some paths (whole, the archive's included), one at a time and in one pass;
    /// what cannot be unpacked is left out.
    pub fn unpack_some(
        &self,
        is_wanted: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = SourceFile> {
        let wanted = self.entries.iter().filter(move |entry| is_wanted(&entry.path));
        wanted.filter_map(|entry| self.unpack(entry).ok())
    }

    fn of_part(&self, part: usize, parts: usize, done: usize) -> impl Iterator<Item = &Entry> {
        let from = part.saturating_add(done.saturating_mul(parts));
        self.entries.iter().skip(from).step_by(parts.max(1))
    }

    fn unpack(&self, entry: &Entry) -> Result<SourceFile, FileOutcome> {
        let content = match &entry.plan {
            Plan::Refuse(bucket) => Err(bucket.clone()),
            Plan::Unpack { found, stored } => self.content(*found, *stored),
        };
        match content {
            Ok(bytes) => Ok(SourceFile { path: entry.path.clone(), bytes }),
            Err(bucket) => {
                Err(FileOutcome { path: entry.path.clone(), bytes: entry.bytes, bucket })
            }
        }
    }

    fn content(&self, found: ZipArchiveEntryWayfinder, stored: bool) -> Result<Vec<u8>, Bucket> {
        let entry = self.zip.get_entry(found).map_err(|error| damaged(&error.to_string()))?;
        let claim = entry.claim_verifier();
        let bytes = if stored {
            entry.data().to_vec()
        } else {
            // The plan has refused sizes that this packed data cannot hold.
            let size = usize::try_from(claim.uncompressed_size).unwrap_or(usize::MAX);
            inflate(entry.data(), size)?
        };
        claim
            .valid(rawzip::ZipVerification {
                crc: crc32(&bytes),
                uncompressed_size: bytes.len() as u64,
            })
            .map_err(|error| damaged(&error.to_string()))?;
        Ok(bytes)
    }
}

/// Inflates to at most `size` bytes: what the directory declares is what is allocated.
fn inflate(packed: &[u8], size: usize) -> Result<Vec<u8>, Bucket> {
    let mut bytes = vec![0; size];
    match decompress_slice_iter_to_slice(&mut bytes, std::iter::once(packed), false, true) {
        Ok(len) => {
            bytes.truncate(len);
            Ok(bytes)
        }
        Err(TINFLStatus::HasMoreOutput) => Err(failed(
            Code::ZipBomb,
            format!("it unpacks to more than the {size} bytes its directory declares"),
            "pack the archive again with an ordinary tool",
        )),
        Err(_) => Err(damaged("its packed data are broken")),
    }
}

fn failed(code: Code, reason: String, remedy: &str) -> Bucket {
    Bucket::Failed { code, line: None, column: None, reason, remedy: remedy.to_owned() }
}

/// A limit that can be raised.
fn hit(code: Code, reason: String, remedy: &str, limit: Limit) -> Bucket {
    failed(code, reason, &format!("{remedy}, {}", limit.remedy()))
}

fn damaged(what: &str) -> Bucket {
    let reason = format!("the entry is damaged: {what}");
    failed(Code::ZipDamaged, reason, "download or pack the archive again")
}

/// Goes through the directory once and decides.
struct Planner<'z, 'a> {
    path: &'z str,
    zip: &'z ZipSliceArchive<&'a [u8]>,
    limits: &'z Limits,
    entries: Vec<Entry>,
    /// Names so far: a second entry of one name is a way to show a reviewer another content.
    names: HashSet<&'z [u8]>,
    ignored: HashSet<String>,
    unpacked: u64,
    /// Where the data of each planned entry lie: start, end, index in `entries`.
    ranges: Vec<(u64, u64, usize)>,
}

impl<'z, 'a> Planner<'z, 'a> {
    fn new(path: &'z str, zip: &'z ZipSliceArchive<&'a [u8]>, limits: &'z Limits) -> Self {
        Self {
            path,
            zip,
            limits,
            entries: Vec::new(),
            names: HashSet::new(),
            ignored: HashSet::new(),
            unpacked: 0,
            ranges: Vec::new(),
        }
    }

    fn plan(mut self) -> Vec<Entry> {
        let mut seen = 0_u64;
        let mut broken = None;
        let most = self.limits.count(Limit::Files);
        for record in self.zip.entries() {
            match record {
                Ok(record) => self.entry(&record),
                Err(error) => broken = Some(error.to_string()),
            }
            seen += 1;
            if self.entries.len() >= most {
                break;
            }
        }
        self.refuse_overlaps();
        let declared = self.zip.entries_hint();
        if self.entries.len() >= most && seen < declared {
            let left = declared - seen;
            self.whole(hit(
                Code::TooMany,
                format!("{left} more entries were not read: the limit is {most}"),
                "split the archive",
                Limit::Files,
            ));
        } else if let Some(error) = broken {
            self.whole(failed(
                Code::ZipDamaged,
                format!("the archive's directory ends after {} entries: {error}", seen - 1),
                "download or pack it again; entries may be missing",
            ));
        } else if seen != declared {
            self.whole(failed(
                Code::ZipDamaged,
                format!("the archive declares {declared} entries and lists {seen}"),
                "download or pack it again; entries may be missing",
            ));
        }
        self.entries
    }

    /// An outcome for the archive itself, among those of its entries.
    fn whole(&mut self, bucket: Bucket) {
        let bytes = self.zip.get_ref().len() as u64;
        self.entries.push(Entry { path: self.path.to_owned(), bytes, plan: Plan::Refuse(bucket) });
    }

    fn entry(&mut self, record: &ZipFileHeaderRecord<'z>) {
        let raw = record.file_path().as_bytes();
        let name = display_name(raw);
        if let Some(folder) = ignored_folder(&name) {
            if self.ignored.insert(folder.to_owned()) {
                let reason = format!("'{folder}' holds tooling, not rules");
                let bucket = Bucket::Skipped { code: Code::IgnoredFolder, reason };
                let path = format!("{}/{folder}", self.path);
                self.entries.push(Entry { path, bytes: 0, plan: Plan::Refuse(bucket) });
            }
            return;
        }
        if name.ends_with('/') {
            return;
        }
        let bytes = record.uncompressed_size_hint();
        let plan = match self.objection(record, raw, &name) {
            Some(bucket) => Plan::Refuse(bucket),
            None => {
                self.unpacked += bytes;
                Plan::Unpack {
                    found: record.wayfinder(),
                    stored: record.compression_method() == CompressionMethod::STORE,
                }
            }
        };
        self.entries.push(Entry { path: format!("{}/{name}", self.path), bytes, plan });
    }

    /// Why an entry is not to be unpacked. Notes where its data lie.
    fn objection(
        &mut self,
        record: &ZipFileHeaderRecord<'z>,
        raw: &'z [u8],
        name: &str,
    ) -> Option<Bucket> {
        let (bytes, packed) = (record.uncompressed_size_hint(), record.compressed_size_hint());
        if let Some(why) = unsafe_name(name) {
            return Some(failed(
                Code::ZipUnsafeName,
                format!("the entry's name {why}"),
                "pack the folder again with relative names",
            ));
        }
        if record.mode().is_symlink() {
            let reason = "a symbolic link; not followed".to_owned();
            return Some(Bucket::Skipped { code: Code::SymbolicLink, reason });
        }
        if !self.names.insert(raw) {
            return Some(failed(
                Code::ZipDamaged,
                "the archive holds this name more than once; the first one was read".to_owned(),
                "pack the folder again",
            ));
        }
        if record.flags().is_encrypted() {
            return Some(failed(
                Code::ZipEncrypted,
                "the entry is encrypted".to_owned(),
                "unpack the archive with its password and drop the folder",
            ));
        }
        let method = record.compression_method();
        if method != CompressionMethod::STORE && method != CompressionMethod::DEFLATE {
            return Some(failed(
                Code::ZipUnsupported,
                format!("packed with method {}, not with deflate", method.as_u16()),
                "pack the archive again with the ordinary deflate method",
            ));
        }
        let of = |limit| self.limits.of(limit);
        let largest = Limit::largest_file(self.limits);
        if bytes > of(largest) {
            return Some(hit(
                Code::TooLarge,
                format!("larger than {}", largest.written(of(largest))),
                "split the file",
                largest,
            ));
        }
        let ratio = of(Limit::ArchiveRatio);
        if bytes > ARCHIVE_RATIO_FREE_BYTES && bytes / packed.max(1) > ratio {
            return Some(hit(
                Code::ZipBomb,
                format!("{packed} bytes claim to unpack to {bytes}, more than {ratio}:1"),
                "unpack it yourself if you trust it, and drop the folder",
                Limit::ArchiveRatio,
            ));
        }
        let limit = Limit::ArchiveUnpackedBytes;
        if self.unpacked + bytes > of(limit) {
            return Some(hit(
                Code::ZipBomb,
                format!("the archive unpacks to more than {}", limit.written(of(limit))),
                "unpack it and drop its folders one by one",
                limit,
            ));
        }
        match self.zip.get_entry(record.wayfinder()) {
            Ok(entry) => {
                let (_, end) = entry.compressed_data_range();
                self.ranges.push((record.local_header_offset(), end, self.entries.len()));
                None
            }
            Err(error) => Some(damaged(&error.to_string())),
        }
    }

    /// Entries that share data are how a small archive unpacks to a huge one. The one that
    /// starts first is read.
    fn refuse_overlaps(&mut self) {
        self.ranges.sort_unstable();
        let mut reached = 0;
        for &(start, end, at) in &self.ranges {
            if start < reached || end > self.zip.directory_offset() {
                self.entries[at].plan = Plan::Refuse(failed(
                    Code::ZipBomb,
                    "the entry shares its data with another part of the archive".to_owned(),
                    "pack the folder again with an ordinary tool",
                ));
            }
            reached = reached.max(end);
        }
    }
}

/// The name with `/` between the parts. Bytes that are not UTF-8 (old tools wrote code page
/// 437) and control characters are shown as the replacement character.
fn display_name(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw)
        .chars()
        .map(|c| match c {
            '\\' => '/',
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}

/// The path of the outermost folder of [`IGNORED_FOLDERS`] on the way to `name`.
fn ignored_folder(name: &str) -> Option<&str> {
    let mut start = 0;
    for (end, _) in name.match_indices('/') {
        if IGNORED_FOLDERS.contains(&&name[start..end]) {
            return Some(&name[..end]);
        }
        start = end + 1;
    }
    None
}

fn unsafe_name(name: &str) -> Option<&'static str> {
    let drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if name.is_empty() {
        Some("is empty")
    } else if name.starts_with('/') || drive {
        Some("is absolute")
    } else if name.split('/').any(|part| part == "..") {
        Some("leaves its folder with '..'")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for bad in ["", "/etc/a.yml", "C:/a.yml", "c:a.yml", "../a.yml", "a/../../b.yml", ".."] {
            assert!(unsafe_name(bad).is_some(), "{bad}");
        }
        for good in ["a.yml", "a/b.yml", "a..b/..c.yml", "a/.../b", " CVE-1.yml", "ab:c.yml"] {
            assert_eq!(unsafe_name(good), None, "{good}");
        }
        assert_eq!(display_name(b"a\\..\\b"), "a/../b");
        assert_eq!(display_name(b"a\x1b[31m\xff"), "a\u{FFFD}[31m\u{FFFD}");
    }

    #[test]
    fn ignored_folders_are_found_anywhere_but_not_in_names() {
        assert_eq!(ignored_folder("a/.git/b/c"), Some("a/.git"));
        assert_eq!(ignored_folder("node_modules/x"), Some("node_modules"));
        assert_eq!(ignored_folder("a/.git/.git/c"), Some("a/.git"));
        assert_eq!(ignored_folder("a/.github/c"), None);
        assert_eq!(ignored_folder(".git"), None);
    }

    #[test]
    fn inflate_takes_what_was_declared_and_no_more() {
        let packed = miniz_oxide::deflate::compress_to_vec(&[b'a'; 1000], 6);
        assert_eq!(inflate(&packed, 1000).map(|b| b.len()), Ok(1000));
        assert!(matches!(inflate(&packed, 999), Err(Bucket::Failed { code: Code::ZipBomb, .. })));
        assert_eq!(inflate(&packed, 2000).map(|b| b.len()), Ok(1000));
        assert!(matches!(
            inflate(&[0xFF; 9], 100),
            Err(Bucket::Failed { code: Code::ZipDamaged, .. })
        ));
    }
}
