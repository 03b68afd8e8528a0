//! Encoding of a catalogue as bytes.
