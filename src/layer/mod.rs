//! Layers of the ATT&CK Navigator, format 4.5.
