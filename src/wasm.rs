//! The bindings for JavaScript: thin classes over the core, conversion of values, errors. They contain no scoring.
//!
//! The runtime and the edge (see [`core`]) take values as bytes and return numbers, from which JavaScript makes
//! objects, strings and errors. The compiler's values are passed as JSON, which engines parse faster than a binding
//! builds objects field by field.

#[cfg(all(feature = "wasm", feature = "edge"))]
mod account;
#[cfg(feature = "wasm-authoring")]
mod authoring;
#[cfg(any(feature = "wasm", feature = "browser"))]
pub(crate) mod core;
#[cfg(any(feature = "wasm-authoring", feature = "wasm-outcomes", feature = "browser"))]
mod error;
#[cfg(feature = "wasm")]
mod leads;
#[cfg(feature = "wasm-outcomes")]
mod outcomes;
#[cfg(all(feature = "wasm", feature = "edge"))]
mod receiver;
#[cfg(any(feature = "wasm", feature = "browser"))]
mod slots;
#[cfg(all(feature = "wasm", feature = "edge"))]
mod visit;
#[cfg(feature = "wasm-outcomes")]
mod visits;

/// The allocator of runtime, edge and tag: small, and as fast with thousands of leads as with one, because each call
/// takes constant time (two-level segregated fit).
#[cfg(all(target_arch = "wasm32", any(feature = "wasm", feature = "browser")))]
#[global_allocator]
static ALLOCATOR: rlsf::GlobalTlsf<Small> = rlsf::GlobalTlsf::new();

/// The options of the allocator.
#[cfg(all(target_arch = "wasm32", any(feature = "wasm", feature = "browser")))]
struct Small;

#[cfg(all(target_arch = "wasm32", any(feature = "wasm", feature = "browser")))]
impl rlsf::GlobalTlsfOptions for Small {
    // Copying when something grows costs less than the code that avoids it.
    const ENABLE_REALLOCATION: bool = false;
    // Each growth of the memory is a pool of its own, which takes less code too.
    const COALESCE_POOLS: bool = false;
}
