//! SHA-256 (FIPS 180-4), in pieces: tells whether a file is the one that a workspace names, as
//! `sha256sum` does. Nothing secret rests on it.

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (4.2.2).
const ROUNDS: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];

/// Takes bytes in pieces of any size.
#[derive(Clone, Debug)]
pub struct Sha256 {
    state: [u32; 8],
    /// What does not fill a block yet.
    rest: Vec<u8>,
    /// Bytes so far.
    length: u64,
}

impl Default for Sha256 {
    fn default() -> Self {
        Self {
            // Of the square roots of the first eight primes (5.3.3).
            state: [
                0x6a09_e667,
                0xbb67_ae85,
                0x3c6e_f372,
                0xa54f_f53a,
                0x510e_527f,
                0x9b05_688c,
                0x1f83_d9ab,
                0x5be0_cd19,
            ],
            rest: Vec::new(),
            length: 0,
        }
    }
}

impl Sha256 {
    /// Of bytes that are all there, in lower-case hexadecimal.
    pub fn of(bytes: &[u8]) -> String {
        let mut hash = Self::default();
        hash.update(bytes);
        hash.finish()
    }

    /// The next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.length = self.length.wrapping_add(bytes.len() as u64);
        let missing = (64 - self.rest.len()).min(bytes.len());
        let (first, others) = bytes.split_at(missing);
        self.rest.extend_from_slice(first);
        if self.rest.len() < 64 {
            return;
        }
        let block = std::mem::take(&mut self.rest);
        self.blocks(&block);
        let whole = others.len() / 64 * 64;
        let (blocks, rest) = others.split_at(whole);
        self.blocks(blocks);
        self.rest.extend_from_slice(rest);
    }

    /// In lower-case hexadecimal.
    pub fn finish(mut self) -> String {
        let mut end = std::mem::take(&mut self.rest);
        end.push(0x80);
        while end.len() % 64 != 56 {
            end.push(0);
        }
        end.extend_from_slice(&self.length.wrapping_mul(8).to_be_bytes());
        self.blocks(&end);
        self.state.iter().map(|word| format!("{word:08x}")).collect()
    }

    /// 6.2.2, for each 64 bytes.
    fn blocks(&mut self, bytes: &[u8]) {
        for block in bytes.as_chunks::<64>().0 {
            let mut schedule = [0_u32; 64];
            for (word, four) in schedule.iter_mut().zip(block.as_chunks::<4>().0) {
                *word = u32::from_be_bytes(*four);
            }
            for at in 16..64 {
                let (a, b) = (schedule[at - 15], schedule[at - 2]);
                let low = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
                let high = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
                schedule[at] = schedule[at - 16]
                    .wrapping_add(low)
                    .wrapping_add(schedule[at - 7])
                    .wrapping_add(high);
            }
            let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = self.state;
            for (constant, word) in ROUNDS.iter().zip(schedule) {
                let sum = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
                let choice = (e & f) ^ (!e & g);
                let one = h
                    .wrapping_add(sum)
                    .wrapping_add(choice)
                    .wrapping_add(*constant)
                    .wrapping_add(word);
                let sum = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
                let two = sum.wrapping_add((a & b) ^ (a & c) ^ (b & c));
                (h, g, f, e) = (g, f, e, d.wrapping_add(one));
                (d, c, b, a) = (c, b, a, one.wrapping_add(two));
            }
            for (word, more) in self.state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
                *word = word.wrapping_add(more);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The examples of FIPS 180-4 and NIST's long message.
    #[test]
    fn examples_of_the_standard() {
        for (text, hash) in [
            (String::new(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc".to_owned(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".to_owned(),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
            (
                "a".repeat(1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
            ),
        ] {
            assert_eq!(Sha256::of(text.as_bytes()), hash);
        }
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(bytes in proptest::collection::vec(any::<u8>(), 0..400), cuts in proptest::collection::vec(0_usize..400, 0..6)) {
            let mut hash = Sha256::default();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let mut from = 0;
            for to in cuts.into_iter().chain([bytes.len()]) {
                hash.update(&bytes[from..to]);
                from = to;
            }
            prop_assert_eq!(hash.finish(), Sha256::of(&bytes));
        }
    }
}
