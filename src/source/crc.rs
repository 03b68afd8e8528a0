//! The checksum of zip entries (CRC-32 as in IEEE 802.3), eight bytes at a time; for reading zips
//! and for writing them. `rawzip` has one as well, but carries its tables along: 16 kB that do not
//! compress, a tenth of the worker.

use std::sync::OnceLock;

/// Of every byte, followed by 0 to 7 zero bytes.
type Tables = [[u32; 256]; 8];

/// Made at the first use, which takes some microseconds.
fn tables() -> &'static Tables {
    static TABLES: OnceLock<Box<Tables>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Box::new([[0; 256]; 8]);
        for byte in 0..=255_u8 {
            let mut crc = u32::from(byte);
            for _ in 0..8 {
                crc = (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
            }
            tables[0][usize::from(byte)] = crc;
        }
        for zeros in 1..8 {
            for byte in 0..256 {
                let before: u32 = tables[zeros - 1][byte];
                tables[zeros][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            }
        }
        tables
    })
}

/// The checksum of some bytes.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let tables = tables();
    let at = |table: usize, value: u32, shift: u32| tables[table][(value >> shift) as usize & 0xff];
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut crc = !0_u32;
    for eight in eights {
        let [a, b, c, d, e, f, g, h] = *eight;
        let low = u32::from_le_bytes([a, b, c, d]) ^ crc;
        let high = u32::from_le_bytes([e, f, g, h]);
        crc = at(7, low, 0)
            ^ at(6, low, 8)
            ^ at(5, low, 16)
            ^ at(4, low, 24)
            ^ at(3, high, 0)
            ^ at(2, high, 8)
            ^ at(1, high, 16)
            ^ at(0, high, 24);
    }
    for byte in rest {
        crc = (crc >> 8) ^ at(0, crc ^ u32::from(*byte), 0);
    }
    !crc
}

#[cfg(all(test, feature = "import"))]
mod tests {
    use super::crc32;
    use proptest::prelude::*;

    #[test]
    fn the_check_value_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    proptest! {
        #[test]
        fn agrees_with_rawzip(bytes: Vec<u8>) {
            prop_assert_eq!(crc32(&bytes), rawzip::crc32(&bytes));
        }
    }
}
