//! The compiled bytes are small, deterministic, and safe to read even if they are corrupted.

use leadscore::Error;
use serde_json::Value;

use super::*;

#[test]
fn the_example_is_fine_and_small() {
    assert_fine(ACME);
    assert_fine(&format!("\u{feff}{ACME}"));
    let bytes = compile(ACME).unwrap().bytes;
    assert!(bytes.len() < 700, "{}", bytes.len());
    let model = Model::decode(&bytes).unwrap();
    assert_eq!((model.name(), model.version()), ("acme-web", 3));
}

#[test]
fn spelling_does_not_change_the_bytes() {
    let compact = serde_json::from_str::<Value>(ACME).unwrap().to_string();
    // Values sort their names, and the order of the dimensions is part of the model.
    let dimensions = r#""dimensions":{"engagement":{"max":100},"fit":{"max":60,"min":-50},"intent":{}}"#;
    let compact = compact
        .replace(dimensions, r#""dimensions":{"engagement":{"max":100},"intent":{},"fit":{"max":60,"min":-50}}"#);
    assert_eq!(compile(&compact).unwrap(), compile(ACME).unwrap());
    assert_eq!(compile(&ACME.replace("200", "2.0e2")).unwrap(), compile(ACME).unwrap());
    assert_ne!(compile(&ACME.replace("15", "15.001")).unwrap(), compile(ACME).unwrap());
}

/// FNV-1a, as the format uses it.
fn checksum(bytes: &[u8]) -> [u8; 4] {
    bytes.iter().fold(0x811c_9dc5_u32, |h, byte| (h ^ u32::from(*byte)).wrapping_mul(0x0100_0193)).to_le_bytes()
}

#[test]
fn damaged_bytes_are_typed_errors() {
    let bytes = compile(ACME).unwrap().bytes;
    for end in 0..bytes.len() {
        assert_eq!(Model::decode(&bytes[..end]).err(), Some(Error::ModelCorrupt), "{end}");
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            let expected = if at == 3 { Error::ModelVersion } else { Error::ModelCorrupt };
            assert_eq!(Model::decode(&damaged).err(), Some(expected), "{at}.{bit}");
        }
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(Model::decode(&longer).err(), Some(Error::ModelCorrupt));
}

#[test]
fn forged_bytes_are_models_or_typed_errors() {
    let bytes = compile(ACME).unwrap().bytes;
    let body = bytes.len() - 4;
    assert_eq!(bytes[body..], checksum(&bytes[..body]));
    let mut models = 0;
    for at in 4..body {
        for value in
            [0, 1, 2, 3, 0x3f, 0x40, 0x7f, 0x80, 0xfe, 0xff, bytes[at].wrapping_add(1), bytes[at].wrapping_sub(1)]
        {
            let mut forged = bytes.clone();
            forged[at] = value;
            let sum = checksum(&forged[..body]);
            forged[body..].copy_from_slice(&sum);
            match Model::decode(&forged) {
                Ok(_) => models += 1,
                Err(error) => assert_eq!(error, Error::ModelCorrupt),
            }
        }
    }
    // A changed letter in a name results in a valid model, but most other changes do not.
    assert!(models > 100, "{models}");
    for claim in [&[0xff, 0xff, 0xff, 0xff, 0x0f][..], &[0x80; 20], &[0xff; 20]] {
        let mut forged = b"LSM\x01\x01m\x01\x00".to_vec();
        forged.extend(claim);
        let sum = checksum(&forged);
        forged.extend(sum);
        assert_eq!(Model::decode(&forged).err(), Some(Error::ModelCorrupt));
    }
}

/// Returns the encoding of an optional signed number.
fn optional(number: i128) -> Vec<u8> {
    let mut coded = ((number << 1) ^ (number >> 127)) as u128 + 1;
    let mut out = Vec::new();
    while coded >= 0x80 {
        out.push((coded & 0x7f) as u8 | 0x80);
        coded >>= 7;
    }
    out.push(coded as u8);
    out
}

#[test]
fn amounts_out_of_range_are_refused() {
    let json = r#"{ "name": "m", "dimensions": { "fit": { "min": 7.777, "max": 9.999 } },
        "rules": [{ "id": "a", "event": "e", "points": 1, "dimension": "fit" }] }"#;
    let bytes = compile(json).unwrap().bytes;
    let decode = |bounds: [i128; 2]| {
        let own = [optional(7_777), optional(9_999)].concat();
        let at = bytes.windows(own.len()).position(|window| window == own).unwrap();
        let given = bounds.map(optional).concat();
        let mut forged = [&bytes[..at], &given, &bytes[at + own.len()..bytes.len() - 4]].concat();
        forged.extend(checksum(&forged));
        Model::decode(&forged).map(|model| model.name().to_owned())
    };
    let largest = 1_000_000_000_000_000;
    assert_eq!(decode([7_777, 9_999]).as_deref(), Ok("m"));
    assert_eq!(decode([-largest, largest]).as_deref(), Ok("m"));
    let near = i128::from(i64::MAX - 1);
    for bounds in [[largest, largest + 1], [-largest - 1, 0], [-near, 0], [0, near], [2, 1]] {
        assert_eq!(decode(bounds), Err(Error::ModelCorrupt), "{bounds:?}");
    }
}
