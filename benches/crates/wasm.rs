//! As much of the wasm binary format as counting needs: functions with their names, data.

/// A file taken apart.
pub(crate) struct Module<'m> {
    /// The file without custom sections: what is shipped.
    pub(crate) shipped: Vec<u8>,
    /// Each function's name, if it has one, and its body.
    pub(crate) functions: Vec<(Option<&'m str>, &'m [u8])>,
    /// The data section.
    pub(crate) data: &'m [u8],
}

const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
const DATA: u8 = 11;

impl<'m> Module<'m> {
    /// `None` if it is no wasm, or cut off.
    pub(crate) fn read(bytes: &'m [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(b"\0asm\x01\0\0\0")?;
        let mut shipped = bytes[..8].to_vec();
        let mut reader = Reader(rest);
        let (mut imported, mut names, mut bodies) = (0, Vec::new(), Vec::new());
        let mut data: &[u8] = &[];
        while !reader.0.is_empty() {
            let before = reader.0;
            let kind = reader.byte()?;
            let len = reader.number()?;
            let content = reader.take(len)?;
            if kind != CUSTOM {
                shipped.extend_from_slice(&before[..before.len() - reader.0.len()]);
            }
            match kind {
                CUSTOM => names = function_names(content).unwrap_or(names),
                IMPORT => imported = imported_functions(content)?,
                CODE => bodies = self::bodies(content)?,
                DATA => data = content,
                _ => {}
            }
        }
        let mut functions: Vec<(Option<&str>, &[u8])> =
            bodies.into_iter().map(|body| (None, body)).collect();
        for (index, name) in names {
            if let Some(function) = index.checked_sub(imported).and_then(|at| functions.get_mut(at))
            {
                function.0 = Some(name);
            }
        }
        Some(Self { shipped, functions, data })
    }
}

fn bodies(content: &[u8]) -> Option<Vec<&[u8]>> {
    let mut reader = Reader(content);
    (0..reader.number()?)
        .map(|_| {
            let len = reader.number()?;
            reader.take(len)
        })
        .collect()
}

/// Subsection 1 of the section `name`; `None` if it is another one.
fn function_names(content: &[u8]) -> Option<Vec<(usize, &str)>> {
    let mut reader = Reader(content);
    if reader.text()? != "name" {
        return None;
    }
    while !reader.0.is_empty() {
        let kind = reader.byte()?;
        let len = reader.number()?;
        let mut part = Reader(reader.take(len)?);
        if kind == 1 {
            let count = part.number()?;
            return (0..count).map(|_| Some((part.number()?, part.text()?))).collect();
        }
    }
    Some(Vec::new())
}

fn imported_functions(content: &[u8]) -> Option<usize> {
    let mut reader = Reader(content);
    let mut found = 0;
    for _ in 0..reader.number()? {
        reader.text()?;
        reader.text()?;
        match reader.byte()? {
            0 => {
                found += 1;
                reader.number()?;
            }
            // A table has a type before its limits.
            1 => {
                reader.byte()?;
                reader.limits()?;
            }
            2 => reader.limits()?,
            3 => {
                reader.byte()?;
                reader.byte()?;
            }
            // An exception's tag.
            4 => {
                reader.byte()?;
                reader.number()?;
            }
            _ => return None,
        }
    }
    Some(found)
}

struct Reader<'r>(&'r [u8]);

impl<'r> Reader<'r> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// LEB128, unsigned.
    fn number(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, len: usize) -> Option<&'r [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn text(&mut self) -> Option<&'r str> {
        let len = self.number()?;
        std::str::from_utf8(self.take(len)?).ok()
    }

    fn limits(&mut self) -> Option<()> {
        let has_most = self.byte()? & 1 == 1;
        self.number()?;
        if has_most {
            self.number()?;
        }
        Some(())
    }
}
