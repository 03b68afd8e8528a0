//! Batches as they come, kept in order for little. To sort all of them anew each time enough has come takes
//! longer and longer in one piece: 60 ms of a page at 50,000 files.

use super::Intake;
use crate::pace::Pace;

/// Files, rules and remarks that are sorted at once: some three milliseconds in wasm.
const RUN: usize = 1024;

/// Longer ones are not made as something comes, which has its own work with it: in the end there are pauses
/// in between.
const LONGEST: usize = 16 * RUN;

/// What has come so far, in sorted runs.
#[derive(Debug, Default)]
pub struct Arriving {
    /// Each sorted. Two beside each other become one when the first is not at least twice as long as
    /// the second, so that all is merged some few times, and there are few in the end.
    runs: Vec<Intake>,
    /// What has come since the last of them.
    loose: Intake,
}

impl Arriving {
    /// Takes a batch over: one run at most is made of what is loose, and two are merged.
    pub fn add(&mut self, batch: Intake) {
        self.loose.add(batch);
        if len(&self.loose) >= RUN {
            self.tie();
        }
        if let [.., before, last] = self.runs.as_slice()
            && len(before) < 2 * len(last)
            && len(before) + len(last) <= LONGEST
        {
            self.merge();
        }
    }

    /// For what comes one by one; it is sorted with the next batch, or in the end.
    pub fn loose(&mut self) -> &mut Intake {
        &mut self.loose
    }

    /// Rules that have come.
    pub fn rules(&self) -> usize {
        self.parts().map(|part| part.rules.len()).sum()
    }

    /// What was put in order last, sorted (see [`Intake::sort`]; not settled). What has come since is not
    /// in it.
    pub fn ordered(&self) -> Option<&Intake> {
        self.runs.first()
    }

    /// The same, for what is to be forgotten of it.
    pub fn ordered_mut(&mut self) -> Option<&mut Intake> {
        self.runs.first_mut()
    }

    /// Whether [`Self::ordered`] is all there is.
    pub fn is_in_order(&self) -> bool {
        self.runs.len() <= 1 && len(&self.loose) == 0
    }

    /// Puts all in order, in pieces.
    pub async fn in_order(mut self, pace: &impl Pace) -> Self {
        self.tie();
        while self.runs.len() > 1 {
            let mut runs = std::mem::take(&mut self.runs).into_iter();
            while let Some(mut run) = runs.next() {
                if let Some(next) = runs.next() {
                    run.add(next);
                    run.sort_paced(pace).await;
                }
                self.runs.push(run);
            }
        }
        self
    }

    /// Takes over what has come meanwhile.
    pub fn append(&mut self, later: Self) {
        self.tie();
        self.runs.extend(later.runs);
        self.loose = later.loose;
    }

    fn parts(&self) -> impl Iterator<Item = &Intake> {
        self.runs.iter().chain([&self.loose])
    }

    /// Makes a run of what is loose.
    fn tie(&mut self) {
        if len(&self.loose) > 0 {
            let mut run = std::mem::take(&mut self.loose);
            run.sort();
            self.runs.push(run);
        }
    }

    /// Makes one of the last two runs: two sorted halves cost a comparison of each.
    fn merge(&mut self) {
        if let Some(last) = self.runs.pop()
            && let Some(before) = self.runs.last_mut()
        {
            before.add(last);
            before.sort();
        }
    }
}

/// What is to be sorted of it.
fn len(intake: &Intake) -> usize {
    let Intake {
        rules,
        report,
        diagnostics,
        tests,
        administered,
        measured,
        sightings,
        duplicates: _,
    } = intake;
    rules.len()
        + report.outcomes.len()
        + diagnostics.len()
        + tests.len()
        + administered.len()
        + measured.len()
        + sightings.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pace::{Unpaced, at_once};
    use crate::source::{Bucket, FileOutcome};
    use proptest::prelude::*;

    fn batch(paths: &[u16]) -> Intake {
        let mut batch = Intake::default();
        for path in paths {
            let path = format!("{path:05}");
            batch.add_outcome(FileOutcome { path, bytes: 0, bucket: Bucket::not_given("") });
        }
        batch
    }

    fn paths(intake: &Intake) -> Vec<&str> {
        intake.report.outcomes.iter().map(|outcome| outcome.path.as_str()).collect()
    }

    proptest! {
        #[test]
        fn all_that_came_is_there_in_order(
            batches in prop::collection::vec(prop::collection::vec(0_u16..9999, 0..300), 0..40),
            later in prop::collection::vec(0_u16..9999, 0..1500),
        ) {
            let mut arriving = Arriving::default();
            let mut whole = Intake::default();
            for paths in &batches {
                arriving.add(batch(paths));
                whole.add(batch(paths));
            }
            // More comes while it is being put in order.
            let mut ordered = at_once(std::mem::take(&mut arriving).in_order(&Unpaced));
            prop_assert!(ordered.is_in_order());
            arriving.add(batch(&later));
            ordered.append(arriving);
            whole.sort();
            if !whole.report.outcomes.is_empty() {
                prop_assert_eq!(ordered.ordered(), Some(&whole));
                prop_assert_eq!(ordered.is_in_order(), later.is_empty());
            }
            let ordered = at_once(ordered.in_order(&Unpaced));
            whole.add(batch(&later));
            whole.sort();
            let all = ordered.ordered().cloned().unwrap_or_default();
            prop_assert_eq!(paths(&all), paths(&whole));
            prop_assert_eq!(all, whole);
        }
    }

    /// In the way it was before, the longest piece was as long as all there is.
    #[test]
    fn a_batch_merges_two_runs_at_most_and_few_are_left() {
        let mut arriving = Arriving::default();
        for at in 0..800_u16 {
            let before: Vec<usize> = arriving.runs.iter().map(len).collect();
            let paths: Vec<u16> = (0..64)
                .map(|file: u32| ((u32::from(at) * 37 + file * 911) % 9999) as u16)
                .collect();
            arriving.add(batch(&paths));
            let after: Vec<usize> = arriving.runs.iter().map(len).collect();
            let kept = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
            assert!(before.len() - kept <= 2, "{before:?} became {after:?}");
            let longest = after.iter().max().copied().unwrap_or_default();
            assert!(longest <= LONGEST, "{after:?}");
        }
        assert!(
            arriving.runs.len() <= 12,
            "{:?}",
            arriving.runs.iter().map(len).collect::<Vec<_>>()
        );
        let arriving = at_once(arriving.in_order(&Unpaced));
        assert_eq!(arriving.ordered().map(len), Some(800 * 64));
    }
}
