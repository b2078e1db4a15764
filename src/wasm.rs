//! JavaScript's view: thin classes over the core, conversion of values, errors. Knows nothing of scoring.
//!
//! Values cross as JSON text: the core reads and writes it anyway, and engines parse it faster than a binding builds
//! objects field by field.

#[cfg(feature = "wasm-authoring")]
mod authoring;
mod error;
#[cfg(feature = "wasm")]
mod runtime;
