//! The numbers of honest coverage: states, denominators, depth, platforms, tactics, what-if.

mod numbers {
    pub(crate) mod examples;
    pub(crate) mod laws;
    pub(crate) mod sigmahq;
    pub(crate) mod toy;
}

pub(crate) use numbers::toy;
