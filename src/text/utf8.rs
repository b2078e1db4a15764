//! Converts bytes to Rust's strings.

/// Returns the bytes as a string. Bytes that are not UTF-8, which only a hostile model contains, are replaced.
pub(crate) fn string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
