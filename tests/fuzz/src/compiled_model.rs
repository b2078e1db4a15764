//! Bytes as a compiled model, unchanged and with a corrected checksum: either rejected, or a working model.

use leadscore::{Model, verify};

use super::common::{visit, with_checksum};

pub fn run(data: &[u8]) {
    for bytes in [data.to_vec(), with_checksum(data)] {
        let Ok(model) = Model::decode(&bytes) else { continue };
        assert!(!model.hash().is_empty());
        for signal in visit(&model).1 {
            // No compiler wrote this model, so its signals need not verify; reading them must still terminate.
            let _ = verify(&model, &signal.json);
        }
    }
}
