//! JavaScript's view: thin classes over the core, conversion of values, errors. Knows nothing of scoring.
//!
//! Values cross as JSON text: the core reads and writes it anyway, and engines parse it faster than a binding builds
//! objects field by field.

#[cfg(all(feature = "wasm", feature = "edge"))]
mod account;
#[cfg(feature = "wasm-authoring")]
mod authoring;
#[cfg(all(feature = "wasm", feature = "edge"))]
mod edge;
mod error;
#[cfg(feature = "wasm")]
mod runtime;

/// Small instead of fast; the heap of a page's lead is a few kilobytes.
#[cfg(all(target_arch = "wasm32", any(feature = "wasm", feature = "browser")))]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());
