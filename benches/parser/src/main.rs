//! Parses every line of a file into a map, and does nothing else: `parser EVENTS`.

use std::collections::HashMap;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};

use sonic_rs::Value;

fn main() {
    let path = std::env::args().nth(1).expect("a file of events");
    let mut lines = BufReader::with_capacity(1 << 18, File::open(path).expect("a file that can be read"));
    let (mut line, mut count) = (Vec::new(), 0u64);
    while lines.read_until(b'\n', &mut line).expect("a file that can be read") > 0 {
        let map: HashMap<&str, Value> = sonic_rs::from_slice(&line).expect("JSON");
        black_box(map);
        count += 1;
        line.clear();
    }
    println!("{count}");
}
