//! Geometry and colour, no DOM: coverage in, colours of cells and marks of pictures out.
