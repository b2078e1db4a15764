//! The arguments of the command line.

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgAction, Command};

use super::{input, outcomes};

pub(super) fn command() -> Command {
    Command::new("leadscore")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Scores website visitors as leads, by a model of points, caps and decay.")
        .after_help(
            "Example: leadscore replay model.json visits.ndjson\n\n\
             Exit status: 0; 1 if lines of the events were skipped; 2 for a bad model or call; 3 if a condition of --fail-on holds.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("check")
                .about("Lists the errors and warnings of a model, or of a file of events")
                .arg(model().value_name("FILE").help("A model as JSON, or events, a JSON object a line"))
                .after_help("Example: leadscore check model.json"),
        )
        .subcommand(
            Command::new("compile")
                .about("Compiles a model to the bytes that a page or an edge worker loads")
                .arg(model())
                .arg(
                    Arg::new("output")
                        .short('o')
                        .long("output")
                        .value_name("FILE")
                        .value_parser(NonEmptyStringValueParser::new())
                        .required(true)
                        .help("Where the compiled model goes; - for standard output"),
                )
                .after_help("Example: leadscore compile model.json -o model.lsm"),
        )
        .subcommand(
            Command::new("replay")
                .about("Scores recorded events: a line of JSON for each visitor, in the order first seen")
                .arg(model())
                .arg(events())
                .arg(flag("trace", "A line after each event instead").conflicts_with_all(["signals", "states"]))
                .arg(flag("signals", "A line for each signal instead").conflicts_with("states"))
                .arg(flag("states", "Each visitor's state instead of the score, for `score` to join"))
                .arg(flag("sort", "Reads all events first and takes them in the order of their times"))
                .arg(
                    Arg::new("source")
                        .long("source")
                        .value_name("URL")
                        .default_value("leadscore:replay")
                        .value_parser(NonEmptyStringValueParser::new())
                        .requires("signals")
                        .help("The site's origin: the source of signals, of which their ids are made"),
                )
                .arg(at())
                .arg(threads())
                .arg(skipped_ok())
                .after_help(
                    "Example: leadscore replay model.json visits.ndjson --at 2026-11-21T09:00:00Z\n\n\
                     Each line of EVENTS is one event: {\"visitor\", \"type\", \"at\", \"url\", \"props\"}, `at` in\n\
                     milliseconds since 1970, or in RFC 3339. Lines that are none are named on standard error and skipped.",
                ),
        )
        .subcommand(
            Command::new("score")
                .about("Joins states of visitors, and scores them: a line of JSON for each visitor, in the order first seen")
                .arg(model())
                .arg(
                    Arg::new("states")
                        .value_name("STATES")
                        .value_parser(NonEmptyStringValueParser::new())
                        .default_value("-")
                        .help("Lines of `replay --states`, in any order; - for standard input"),
                )
                .arg(at().help("Score at this time: milliseconds since 1970, or RFC 3339; else at each visitor's newest event"))
                .arg(threads())
                .arg(flag("join", "Each visitor's joined state instead of the score"))
                .arg(skipped_ok())
                .after_help(
                    "Example: leadscore score model.json monday.ndjson --at 2026-11-21T09:00:00Z\n\n\
                     Each line of STATES is {\"visitor\", \"at\", \"state\"}. Several lines of one visitor, from any parts of the\n\
                     events, join to the same state as all events in one run.",
                ),
        )
        .subcommand(
            Command::new("explain")
                .about("Shows one visitor's receipt: every rule's points, raw, decayed and capped")
                .arg(model())
                .arg(events())
                .arg(
                    Arg::new("visitor")
                        .long("visitor")
                        .value_name("V")
                        .value_parser(NonEmptyStringValueParser::new())
                        .required(true)
                        .help("The visitor, as the events name them"),
                )
                .arg(at())
                .arg(flag("json", "As JSON"))
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
        .help("The model: JSON, or compiled")
}

fn events() -> Arg {
    Arg::new("events")
        .value_name("EVENTS")
        .value_parser(NonEmptyStringValueParser::new())
        .default_value("-")
        .help("Events, a JSON object a line; - for standard input; .gz and .zst are decompressed")
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn skipped_ok() -> Arg {
    flag("skipped-ok", "Exit status 0 also if lines were skipped")
}

pub(super) fn threads() -> Arg {
    Arg::new("threads")
        .long("threads")
        .value_name("N")
        .value_parser(clap::value_parser!(u32).range(1..=1_024))
        .help("How many threads; else as many as there are cores. The output is the same")
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
            .arg(flag("stitch", "Reads FILE twice, and counts a device for the one person who was identified on it"))
            .arg(skipped_ok())
            .after_help(example)
    };
    let heartbeat = Arg::new("heartbeat")
        .long("heartbeat")
        .value_name("SECONDS")
        .default_value("10")
        .value_parser(clap::value_parser!(u32).range(1..=3_600))
        .help("Seconds for each page ping: heartbeatDelay of your tracker");
    Command::new("import")
        .about("Makes event lines from the export of an analytics tool, and reports the lines that it leaves out")
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
            "Events are written in the order of the lines: sort the export by time first, so that engaged time adds up.\n\
             Exit status: 0; 1 if lines could not be read; 2 for a bad call.",
        )
}
