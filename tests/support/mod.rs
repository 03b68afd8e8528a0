//! A zip writer that also writes what no honest tool would.

/// One entry, as its headers claim it to be.
pub(crate) struct Entry {
    /// The raw name.
    pub(crate) name: Vec<u8>,
    /// 0 stored, 8 deflated; anything for a lie.
    pub(crate) method: u16,
    /// Bit 0: encrypted.
    pub(crate) flags: u16,
    /// The bytes in the archive.
    pub(crate) packed: Vec<u8>,
    /// The size it declares to unpack to.
    pub(crate) size: u32,
    /// Of the unpacked content.
    pub(crate) crc: u32,
    /// Points the directory at the data of an earlier entry, by its index, instead of own ones.
    pub(crate) shares: Option<usize>,
    /// Kind and rights as on Unix; 0 for none.
    pub(crate) mode: u32,
}

impl Entry {
    /// An honest entry.
    pub(crate) fn new(name: &str, content: &[u8], deflate: bool) -> Self {
        let packed = if deflate {
            miniz_oxide::deflate::compress_to_vec(content, 6)
        } else {
            content.to_vec()
        };
        Self {
            name: name.as_bytes().to_vec(),
            method: if deflate { 8 } else { 0 },
            flags: 0,
            packed,
            size: u32::try_from(content.len()).expect("small"),
            crc: rawzip::crc32(content),
            shares: None,
            mode: 0,
        }
    }
}

/// The archive of these entries.
pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    let mut starts = Vec::new();
    for entry in entries {
        // From `version needed` to `extra length`, the same in both headers.
        let mut fields = Vec::new();
        for word in [20, entry.flags, entry.method, 0, 0x21] {
            fields.extend(word.to_le_bytes());
        }
        let packed = u32::try_from(entry.packed.len()).expect("small");
        for long in [entry.crc, packed, entry.size] {
            fields.extend(long.to_le_bytes());
        }
        let name = u16::try_from(entry.name.len()).expect("short");
        fields.extend(name.to_le_bytes());
        fields.extend([0, 0]);

        let start = match entry.shares {
            Some(other) => starts[other],
            None => {
                let start = u32::try_from(bytes.len()).expect("small");
                bytes.extend(b"PK\x03\x04");
                bytes.extend(&fields);
                bytes.extend(&entry.name);
                bytes.extend(&entry.packed);
                start
            }
        };
        starts.push(start);
        // Made on Unix, if there is a mode.
        directory.extend(b"PK\x01\x02\x14");
        directory.push(if entry.mode == 0 { 0 } else { 3 });
        directory.extend(&fields);
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(start.to_le_bytes());
        directory.extend(&entry.name);
    }
    let (start, size) = (bytes.len(), directory.len());
    bytes.extend(directory);
    let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    if count == u16::MAX {
        bytes.extend(zip64_end(entries.len(), size, start));
    }
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    for long in [size, start] {
        bytes.extend(u32::try_from(long).expect("small").to_le_bytes());
    }
    bytes.extend([0, 0]);
    bytes
}

/// What stands before the end of a directory that has more entries than fit there (APPNOTE 4.3.14 and
/// 4.3.15).
fn zip64_end(count: usize, size: usize, start: usize) -> Vec<u8> {
    let mut bytes = b"PK\x06\x06".to_vec();
    let words = [count, count, size, start].map(|each| each as u64);
    // The size of what follows, the two versions, the two disks.
    bytes.extend(44_u64.to_le_bytes());
    bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(words.map(u64::to_le_bytes).concat());
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(((start + size) as u64).to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes
}
