//! `leadscore compile`.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::ArgMatches;

use super::{COMPILED, Stop, issues, output, read_text};
use crate::authoring::{self, Compiled};

pub(super) fn run(args: &ArgMatches) -> Result<ExitCode, Stop> {
    let name = |name: &str| args.get_one::<String>(name).map_or("", String::as_str);
    let (path, to) = (name("model"), name("output"));
    let Compiled { bytes, titles, .. } = compile(path, &read_text(path)?)?;
    if to == "-" {
        if titles.is_some() {
            eprintln!("{path}: its titles are written beside a file only; give --output a name");
        }
        let mut out = output::stdout();
        out.write_all(&bytes)?;
        out.flush()?;
    } else {
        check_output(path, to)?;
        let write = |to: &str, bytes: &[u8]| -> Result<(), Stop> {
            fs::write(to, bytes).map_err(|error| Stop::Usage(format!("{to}: {error}")))?;
            eprintln!("{to}: {} bytes", bytes.len());
            Ok(())
        };
        write(to, &bytes)?;
        // A model without titles empties the titles file that an earlier version of it wrote.
        let beside = Path::new(to).with_extension("titles.json");
        if titles.is_some() || beside.exists() {
            write(&beside.to_string_lossy(), titles.unwrap_or_else(|| "{}".to_owned()).as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses to write over the model, or over any other file that is not a compiled model.
fn check_output(model: &str, to: &str) -> Result<(), Stop> {
    let Ok(metadata) = fs::metadata(to) else { return Ok(()) };
    if is_same_file(model, to) {
        return Err(Stop::Usage(format!("{to}: the model itself; give --output another name, such as model.lsm")));
    }
    if metadata.is_dir() {
        return Err(Stop::Usage(format!("{to}: a folder; give --output the name of a file, such as model.lsm")));
    }
    if metadata.is_file() && metadata.len() > 0 {
        let mut start = [0; COMPILED.len()];
        let read = File::open(to).and_then(|mut file| file.read_exact(&mut start));
        if read.is_err() || start != COMPILED {
            return Err(Stop::Usage(format!("{to}: is not a compiled model; remove it first, or give another name")));
        }
    }
    Ok(())
}

/// Returns true if both paths lead to the same file, also through links.
pub(super) fn is_same_file(a: &str, b: &str) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let id = |path: &str| fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino())).ok();
        id(a).is_some() && id(a) == id(b)
    }
    #[cfg(not(unix))]
    {
        let real = |path: &str| fs::canonicalize(path).ok();
        real(a).is_some() && real(a) == real(b)
    }
}

/// Returns the compiled model and writes warnings to standard error.
pub(super) fn compile(path: &str, json: &str) -> Result<Compiled, Stop> {
    match authoring::compile(json) {
        Ok(compiled) => {
            eprint!("{}", issues(path, "warning", &compiled.warnings));
            Ok(compiled)
        }
        Err(errors) => Err(Stop::Usage(issues(path, "error", &errors.issues).trim_end().to_owned())),
    }
}

/// Writes a model's warnings to standard error.
pub(super) fn write_issues(path: &str, json: &str) {
    eprint!("{}", issues(path, "warning", &authoring::check(json).warnings));
}
