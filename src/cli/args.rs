//! The arguments of the command line.

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgAction, Command};

use super::{input, outcomes};

pub(super) fn command() -> Command {
    Command::new("leadscore")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Scores website visitors as leads with a model of points, caps and decay.")
        .after_help(
            "Example: leadscore replay model.json visits.ndjson\n\n\
             Exit status: 0; 1 if lines were skipped; 2 if the model or arguments are invalid; 3 if a condition of --fail-on is true.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("check")
                .about("Lists the errors and warnings in a model or a file of events")
                .arg(model().value_name("FILE").help("A model as JSON, or events, one JSON object per line"))
                .after_help("Example: leadscore check model.json"),
        )
        .subcommand(
            Command::new("compile")
                .about("Compiles a model to the file that a page or an edge worker loads")
                .arg(model())
                .arg(
                    Arg::new("output")
                        .short('o')
                        .long("output")
                        .value_name("FILE")
                        .value_parser(NonEmptyStringValueParser::new())
                        .required(true)
                        .help("The file to write; - for standard output"),
                )
                .after_help("Example: leadscore compile model.json -o model.lsm"),
        )
        .subcommand(
            Command::new("replay")
                .about("Scores recorded events: prints a line of JSON for each visitor, in the order of their first events")
                .arg(model())
                .arg(events())
                .arg(flag("trace", "Print a line after each event instead").conflicts_with_all(["signals", "states"]))
                .arg(flag("signals", "Print a line for each signal instead").conflicts_with("states"))
                .arg(flag("states", "Print each visitor's state instead of the score, as input for `score`"))
                .arg(flag("sort", "Read all events first, and sort them by time"))
                .arg(
                    Arg::new("source")
                        .long("source")
                        .value_name("URL")
                        .default_value("leadscore:replay")
                        .value_parser(NonEmptyStringValueParser::new())
                        .requires("signals")
                        .help("The site's origin: the source of signals, which determines their ids"),
                )
                .arg(at())
                .arg(threads())
                .arg(skipped_ok())
                .after_help(
                    "Example: leadscore replay model.json visits.ndjson --at 2026-11-21T09:00:00Z\n\n\
                     Each line of EVENTS is one event: {\"visitor\", \"type\", \"at\", \"url\", \"props\"}, `at` in\n\
                     milliseconds since 1970, or in RFC 3339. Lines that are not events are reported on standard error and skipped.",
                ),
        )
        .subcommand(
            Command::new("score")
                .about("Merges states of visitors, and scores them: prints a line of JSON for each visitor, in the order of their first lines")
                .arg(model())
                .arg(
                    Arg::new("states")
                        .value_name("STATES")
                        .value_parser(NonEmptyStringValueParser::new())
                        .default_value("-")
                        .help("The output of `replay --states`, in any order; - for standard input"),
                )
                .arg(at().help("Score at this time: milliseconds since 1970, or RFC 3339 [default: each visitor's newest event]"))
                .arg(threads())
                .arg(flag("join", "Print each visitor's merged state instead of the score"))
                .arg(skipped_ok())
                .after_help(
                    "Example: leadscore score model.json monday.ndjson --at 2026-11-21T09:00:00Z\n\n\
                     Each line of STATES is {\"visitor\", \"at\", \"state\"}. Several lines of one visitor, from any parts of the\n\
                     events, join to the same state as all events in one run.",
                ),
        )
        .subcommand(
            Command::new("explain")
                .about("Prints one visitor's receipt: every rule's points, raw, decayed and capped")
                .arg(model())
                .arg(events())
                .arg(
                    Arg::new("visitor")
                        .long("visitor")
                        .value_name("V")
                        .value_parser(NonEmptyStringValueParser::new())
                        .required(true)
                        .help("The visitor's id in the events"),
                )
                .arg(at())
                .arg(flag("json", "Print JSON"))
                .arg(threads())
                .arg(skipped_ok())
                .after_help("Example: leadscore explain model.json visits.ndjson --visitor v-1"),
        )
        .subcommand(import())
        .subcommands(outcomes::commands())
}

fn model() -> Arg {
    Arg::new("model")
        .value_name("MODEL")
        .value_parser(NonEmptyStringValueParser::new())
        .required(true)
        .help("The model, as JSON or compiled")
}

fn events() -> Arg {
    Arg::new("events")
        .value_name("EVENTS")
        .value_parser(NonEmptyStringValueParser::new())
        .default_value("-")
        .help("Events, one JSON object per line; - for standard input; .gz and .zst are decompressed")
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn skipped_ok() -> Arg {
    flag("skipped-ok", "Exit with status 0 even if lines were skipped")
}

pub(super) fn threads() -> Arg {
    Arg::new("threads")
        .long("threads")
        .value_name("N")
        .value_parser(clap::value_parser!(u32).range(1..=1_024))
        .help("The number of threads [default: the number of cores]; does not change the output")
}

fn at() -> Arg {
    Arg::new("at")
        .long("at")
        .value_name("TIME")
        .value_parser(input::time)
        .help("Score at this time, without later events: milliseconds since 1970, or RFC 3339")
}

fn import() -> Command {
    let source = |name: &'static str, about: &'static str, example: &'static str| {
        Command::new(name)
            .about(about)
            .arg(Arg::new("file").value_name("FILE").default_value("-").help("The export; - for standard input"))
            .arg(flag(
                "stitch",
                "Read FILE twice, and assign a device to the person who was identified on it, if there is only one",
            ))
            .arg(skipped_ok())
            .after_help(example)
    };
    let heartbeat = Arg::new("heartbeat")
        .long("heartbeat")
        .value_name("SECONDS")
        .default_value("10")
        .value_parser(clap::value_parser!(u32).range(1..=3_600))
        .help("Seconds per page ping: the heartbeatDelay of your tracker");
    Command::new("import")
        .about("Converts the export of an analytics tool to event lines, and reports the lines that it skips")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(source(
            "ga4",
            "GA4's BigQuery export, as JSON lines",
            "Example: leadscore import ga4 events_20261121.json > events.ndjson",
        ))
        .subcommand(
            source(
                "snowplow",
                "Snowplow's enriched events: TSV, or JSON lines of its analytics SDKs",
                "Example: leadscore import snowplow enriched.tsv --heartbeat 10 > events.ndjson",
            )
            .arg(heartbeat),
        )
        .subcommand(source(
            "segment",
            "Calls of Segment or RudderStack, as JSON lines",
            "Example: leadscore import segment calls.json --stitch > events.ndjson",
        ))
        .after_help(
            "Events are written in the order of the lines. Sort the export by time first, so that engaged time is computed correctly.\n\
             Exit status: 0; 1 if lines could not be read; 2 if the arguments are invalid.",
        )
}
