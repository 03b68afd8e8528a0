//! Stored catalogues: what is written is what is read, and damage is an error.

use coverlay::attack::stored::{StoredError, read, write};
use coverlay::attack::{Catalogue, bundled};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec;
use proptest::prelude::*;
use std::sync::LazyLock;

static ALL: LazyLock<Vec<Catalogue>> = LazyLock::new(|| bundled::all().expect("whole"));
/// The smallest, so that many damages are tried quickly.
static ICS: LazyLock<Vec<u8>> = LazyLock::new(|| write(&ALL[2..3]));
static ICS_PLAIN: LazyLock<Vec<u8>> =
    LazyLock::new(|| decompress_to_vec(&ICS[13..]).expect("just packed"));

#[test]
fn what_is_written_is_read() {
    assert!(read(&write(&ALL)).expect("just written") == *ALL);
    assert_eq!(read(&write(&[])), Ok(vec![]));
}

#[test]
fn other_files_and_formats_are_told_apart() {
    assert_eq!(read(b""), Err(StoredError::NotACatalogue));
    assert_eq!(read(b"PK\x03\x04"), Err(StoredError::NotACatalogue));
    assert_eq!(read(b"CVLY"), Err(StoredError::Damaged));
    assert_eq!(read(b"CVLY\x63rest"), Err(StoredError::Format { found: 0x63 }));
    assert_eq!(read(b"CVLY\x02short"), Err(StoredError::Damaged));
}

#[test]
fn contradictions_are_faults() {
    let wrong = |change: fn(&mut Catalogue)| {
        let mut catalogue = ALL[0].clone();
        change(&mut catalogue);
        catalogue.validate().expect_err("a fault").to_string()
    };
    assert_eq!(wrong(|c| c.techniques.swap(0, 1)), "the techniques are not in order");
    assert_eq!(wrong(|c| c.groups[0].id = c.groups[1].id), "the groups are not in order");
    assert_eq!(
        wrong(|c| c.techniques[0].groups.push(999)),
        "the groups of T1001 are out of range or order"
    );
    assert_eq!(wrong(|c| c.techniques[0].tactics.clear()), "T1001 has no tactic");
    assert_eq!(
        wrong(|c| c.techniques[1].parent = None),
        "the parent of T1001.001 is not the one its id names"
    );
    assert_eq!(
        wrong(|c| c.retired[0].fate = coverlay::attack::Fate::RevokedBy(c.retired[0].id)),
        "the retired id T1002 is live, or its successor is not"
    );
}

/// The head of a stored file: magic, format 2, FNV-1a of what follows, and that.
fn with_checksum(packed: &[u8]) -> Vec<u8> {
    let sum = packed.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    [b"CVLY\x02", &sum.to_le_bytes()[..], packed].concat()
}

/// Calls what later steps call, which may index without asking.
fn walk(catalogue: &Catalogue) {
    for tactic in 0..catalogue.tactics.len() {
        for parent in catalogue.column(tactic) {
            catalogue.sub_column(parent, tactic);
        }
    }
    for retired in &catalogue.retired {
        catalogue.resolve(retired.id);
    }
    for technique in &catalogue.techniques {
        catalogue.platform_names(technique).for_each(drop);
        let groups = technique.groups.iter().map(|g| catalogue.groups[usize::from(*g)].name.len());
        let strategies = technique.strategies.iter();
        let analytics = strategies.map(|s| catalogue.strategies[usize::from(*s)].analytics.len());
        std::hint::black_box(groups.chain(analytics).sum::<usize>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_changed_or_cut_file_is_an_error(at: prop::sample::Index, bit in 0u8..8, cut: prop::sample::Index) {
        let mut bytes = ICS.clone();
        bytes[at.index(ICS.len())] ^= 1 << bit;
        prop_assert!(read(&bytes).is_err());
        prop_assert!(read(&ICS[..cut.index(ICS.len())]).is_err());
    }

    /// Behind the checksum: somebody changed the content and packed it again.
    #[test]
    fn changed_content_is_an_error_or_consistent(at: prop::sample::Index, byte: u8) {
        let mut plain = ICS_PLAIN.clone();
        plain[at.index(ICS_PLAIN.len())] = byte;
        let packed = with_checksum(&compress_to_vec(&plain, 0));
        for catalogue in read(&packed).unwrap_or_default() {
            walk(&catalogue);
        }
    }
}
