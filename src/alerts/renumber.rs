//! Numbers of names, from one table to another.

/// Numbers of one list of names by those of another; 0 is not asked for yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Renumbering(Vec<u32>);

impl Renumbering {
    /// The number of one of theirs; `own` says it the first time.
    pub(super) fn find(&mut self, theirs: u32, own: impl FnOnce() -> u32) -> u32 {
        let at = theirs as usize;
        if at == 0 {
            return 0;
        }
        if at >= self.0.len() {
            self.0.resize(at + 1, 0);
        }
        match self.0.get_mut(at) {
            Some(0) | None => {}
            Some(own) => return *own,
        }
        let number = own();
        if let Some(known) = self.0.get_mut(at) {
            *known = number;
        }
        number
    }
}

/// How the names of one table are numbered in another.
#[derive(Clone, Debug, Default)]
pub(super) struct Renumbered {
    pub(super) rules: Renumbering,
    pub(super) sets: Renumbering,
    pub(super) tactics: Renumbering,
    pub(super) hosts: Renumbering,
    pub(super) users: Renumbering,
    pub(super) incidents: Renumbering,
}
