//! JavaScript's view: thin classes over the core, conversion of values, errors. Knows nothing of scoring.
//!
//! The runtime (see [`core`]) takes values as bytes and returns numbers, from which JavaScript makes objects, strings
//! and errors. At the edge and in the compiler values cross as JSON text, which engines parse faster than a binding
//! builds objects field by field.

#[cfg(all(feature = "wasm", feature = "edge"))]
mod account;
#[cfg(feature = "wasm-authoring")]
mod authoring;
#[cfg(all(feature = "wasm", not(feature = "edge")))]
mod core;
#[cfg(all(feature = "wasm", feature = "edge"))]
mod edge;
mod error;
#[cfg(feature = "wasm-outcomes")]
mod outcomes;
#[cfg(all(feature = "wasm", feature = "edge"))]
mod runtime;

/// The tag's allocator: small instead of fast. A page has one lead and a heap of some kilobytes, while each call of
/// this allocator walks the list of what is free. Runtime and edge have many leads, so they have the standard library's.
#[cfg(all(target_arch = "wasm32", feature = "browser"))]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());
