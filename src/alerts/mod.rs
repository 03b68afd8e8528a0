//! What rules did where they run: alerts and results of tests, as tables. Knows ATT&CK ids and
//! nothing of rules; `coverage` joins both.
//!
//! - [`Alerts`]: a million rows as columns, strings interned (`table.rs`, `names.rs`);
//! - [`Gathering`]: tables that come in pieces;
//! - [`Mapping`]: which column of a file is what (`mapping.rs`); [`Reading`]: what became of each
//!   file, row by row (`reading.rs`);
//! - [`Moment`], [`Zone`]: times as they are written, zones with their daylight saving;
//! - [`TestResult`]: what tests showed;
//! - [`Placement`]: the techniques and tactics of every row in one catalogue;
//! - [`Selection`]: which rows count; [`Volume`], [`histogram`], [`Shading`]: how many, when, and
//!   how dark; [`Latency`]: how long it took.

mod facets;
mod gathering;
mod latency;
mod linked;
mod mapping;
mod moment;
mod names;
mod nth;
mod placement;
mod reading;
mod renumber;
mod sampled;
mod selection;
mod severity;
mod shading;
mod table;
mod test_result;
mod time;
mod volume;
mod zone;
mod zones;

pub use facets::Facets;
pub use gathering::{Gathering, PIECE_ROWS};
pub(crate) use latency::{Gathered, GatheredTable};
pub use latency::{Latency, LatencyTable};
pub use mapping::{Field, KnownMapping, Mapping, MappingError};
pub use moment::Moment;
pub use names::Names;
pub use placement::{Placement, UnknownTechniques};
pub use reading::{Fault, Faults, Faulty, Product, Reading, TableFormat};
pub use sampled::{SampledColumn, SampledTable};
pub use selection::{Selection, Window};
pub use severity::{Severity, Verdict};
pub use shading::{Shading, ShadingScale};
pub use table::{Alert, AlertRule, Alerts, NewAlert};
pub use test_result::{TestOutcome, TestResult};
pub use time::{DayOrder, LocalTime, TimeError, TimeFormat, WrittenTime};
pub(crate) use volume::Days;
pub use volume::{Day, Volume, histogram, histogram_paced};
pub use zone::{Zone, ZoneError};
