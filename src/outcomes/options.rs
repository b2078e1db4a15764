//! The options of `backtest`, `calibrate` and `diff`: the table behind both command lines, and the parsed values.

use std::collections::BTreeMap;

use serde::Serialize;

use super::conditions::{self, Asked};
use super::names::Won;
use super::{Problem, durations, problem};

/// One of the three commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Command {
    /// Measures how well a model's scores separate winners from others.
    Backtest,
    /// Finds points that fit the outcomes.
    Calibrate,
    /// Shows the effects of a change of the model.
    Diff,
}

/// For each command: name, description, positional arguments and an example.
pub const COMMANDS: [(Command, &str, &str, &str, &str); 3] = [
    (
        Command::Backtest,
        "backtest",
        "Compares one or two models with recorded outcomes",
        "<MODEL> [NEW_MODEL] [EVENTS]",
        "leadscore backtest model.json visits.ndjson --horizon 14d",
    ),
    (
        Command::Calibrate,
        "calibrate",
        "Finds points, half-lives and thresholds that fit recorded outcomes",
        "<MODEL> [EVENTS]",
        "leadscore calibrate model.json visits.ndjson --horizon 14d -o calibrated.json",
    ),
    (
        Command::Diff,
        "diff",
        "Compares two models: stages, signals, and which visitors change stage and why",
        "<OLD> <NEW> [EVENTS]",
        "leadscore diff model.json calibrated.json visits.ndjson --fail-on \"mql > +20%\"",
    ),
];

/// An option of the command line.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Setting {
    /// The long name, as in `--name`.
    pub name: &'static str,
    /// The short name, as in `-n`.
    pub short: Option<char>,
    /// The placeholder of the value; `None` for a flag.
    pub value: Option<&'static str>,
    /// True if the option may be repeated.
    pub repeats: bool,
    /// The commands with this option.
    pub commands: &'static [Command],
    /// The help text.
    pub help: &'static str,
}

use Command::{Backtest, Calibrate, Diff};

const ROWS: &[Command] = &[Backtest, Calibrate];
const ALL: &[Command] = &[Backtest, Calibrate, Diff];

const fn option(name: &'static str, value: &'static str, commands: &'static [Command], help: &'static str) -> Setting {
    Setting { name, short: None, value: Some(value), repeats: false, commands, help }
}

const fn flag(name: &'static str, commands: &'static [Command], help: &'static str) -> Setting {
    Setting { name, short: None, value: None, repeats: false, commands, help }
}

/// All options, in the order of the help.
pub const OPTIONS: &[Setting] = &[
    option(
        "outcomes",
        "FILE",
        ROWS,
        "Outcomes, one per line: {\"visitor\", \"at\", \"outcome\"}, with won, lost or a lifecycle stage",
    ),
    option(
        "states",
        "FILE",
        ROWS,
        "Rows instead of events: {\"visitor\", \"at\", \"state\", \"weight\"?, \"outcome\"?}",
    ),
    option(
        "won",
        "NAME",
        ROWS,
        "What counts as won: a lifecycle stage and later ones, or a value of `outcome` [default: customer, or won]",
    ),
    option("won-event", "TYPE", ROWS, "A custom event that counts as won"),
    option("snapshot", "TIME", ROWS, "Time from a visitor's first event to the snapshot of their score [default: 7d]"),
    option("every", "TIME", ROWS, "Repeat the snapshot at this interval until the visitor wins"),
    option("horizon", "TIME", ROWS, "Time after the snapshot in which a win counts [default: 30d]"),
    option("embargo", "TIME", ROWS, "Time before a win that is ignored [default: 5m]"),
    option(
        "split",
        "DATE",
        ROWS,
        "Train before, test after this time; or `visitors`: test with 30 % of the visitors [default: so that the newest 30 % test]",
    ),
    option("rows", "WHICH", &[Backtest], "The rows to report on: all, train or test [default: all; test with --split]"),
    option(
        "capacity",
        "N/w",
        ROWS,
        "The leads that sales can handle per week; calibrate sets a threshold for it: [STAGE=]N/w",
    ),
    option("precision", "SHARE", &[Calibrate], "Set a threshold so that this share of its leads wins: [STAGE=]25%"),
    option("rules", "N", &[Calibrate], "The number of rules that may change [default: 20, at most one per ten wins]"),
    option(
        "max-points",
        "N",
        &[Calibrate],
        "The maximum of a rule's points, positive or negative [default: 100, or the model's maximum]",
    ),
    option(
        "half-lives",
        "LIST",
        &[Calibrate],
        "Half-lives to try, in addition to the model's own [default: 1d,3d,7d,14d,30d,90d]",
    ),
    flag("anyway", &[Calibrate], "Write the new model even if it is not significantly better"),
    Setting {
        name: "output",
        short: Some('o'),
        value: Some("FILE"),
        repeats: false,
        commands: &[Calibrate],
        help: "The file to write",
    },
    option("movers", "N", &[Diff], "The number of visitors to list who change stage [default: 20]"),
    option("at", "TIME", ALL, "The end of the data: milliseconds since 1970, or RFC 3339 [default: the newest event]"),
    option("seed", "N", ROWS, "The seed of the random draws [default: 1]"),
    Setting {
        name: "fail-on",
        short: None,
        value: Some("CONDITION"),
        repeats: true,
        commands: &[Backtest, Diff],
        help: "Exit with 3 if this is true, such as \"auc < 0.70\" or \"mql > +20%\"",
    },
    option("html", "FILE", ALL, "Write the report as an HTML file too, to read and to print"),
    option("markdown", "FILE", ALL, "Write the report as Markdown too, for a pull request"),
    flag("json", ALL, "Print the report as JSON"),
];

/// The options of one command line, with the values of each; a flag has no values.
#[derive(Clone, Debug, Default)]
pub struct Given(pub BTreeMap<String, Vec<String>>);

impl Given {
    pub(crate) fn last(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.last().map(String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns the value of an option, parsed by `read`.
    fn value<T>(&self, name: &str, expected: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        let Some(text) = self.last(name) else { return Ok(None) };
        match read(text.trim()) {
            Some(value) => Ok(Some(value)),
            None => problem(format!("--{name} {}: expected {expected}", super::text::safe(text))),
        }
    }
}

/// The rule that assigns rows to train and test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SplitBy {
    Newest,
    Date(u64),
    Visitors,
}

/// The rows that the figures describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Train,
    Test,
}

/// A figure for one stage, or for the default stage if none is named.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ForStage {
    pub(super) stage: Option<String>,
    pub(super) value: f64,
}

/// The parsed options; times in ms.
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub(super) won: Won,
    pub(super) snapshot: u64,
    pub(super) every: Option<u64>,
    pub(super) horizon: u64,
    pub(super) embargo: u64,
    pub(super) split: SplitBy,
    pub(super) rows: Which,
    pub(super) capacity: Option<ForStage>,
    pub(super) precision: Option<ForStage>,
    pub(super) rules: usize,
    pub(super) max_points: Option<u32>,
    pub(super) half_lives: Vec<u32>,
    pub(super) anyway: bool,
    pub(super) movers: usize,
    pub(super) at: Option<u64>,
    pub(super) seed: u32,
    pub(super) fail_on: Vec<Asked>,
    /// The number of threads of a calculation; does not change its result.
    pub(super) threads: usize,
}

const DAY: u64 = 86_400_000;
const DURATION: &str = "a duration such as 30m, 12h, 7d or 2w, at most 3650d";

impl Options {
    pub(super) fn read(command: Command, given: &Given) -> Result<Self, Problem> {
        let duration = |name: &str| given.value(name, DURATION, durations::parse);
        let positive = |name: &str| {
            let expected = format!("{DURATION}, from 1s");
            given.value(name, &expected, |text| durations::parse(text).filter(|millis| *millis > 0))
        };
        let count = |name: &str, most: u32| {
            let expected = format!("a whole number from 1 to {most}");
            given.value(name, &expected, |text| text.parse::<u32>().ok().filter(|n| (1..=most).contains(n)))
        };
        let split = given.value("split", "a time such as 2026-11-01, or `visitors`", |text| match text {
            "visitors" => Some(SplitBy::Visitors),
            text => durations::parse_time(text).map(SplitBy::Date),
        })?;
        let rows = given.value("rows", "all, train or test", |text| match text {
            "all" => Some(Which::All),
            "train" => Some(Which::Train),
            "test" => Some(Which::Test),
            _ => None,
        })?;
        let half_lives = given.value("half-lives", "durations with commas between, such as 3d,7d,14d", |text| {
            text.split(',').map(|one| durations::parse(one.trim()).filter(|ms| *ms > 0)).collect::<Option<Vec<_>>>()
        })?;
        let half_lives = half_lives.unwrap_or_else(|| [1, 3, 7, 14, 30, 90].map(|days| days * DAY).to_vec());
        let fail_on = given.0.get("fail-on").map_or(&[][..], Vec::as_slice);
        let tests = command == Command::Calibrate || split.is_some();
        Ok(Self {
            won: Won::read(given.last("won"), given.last("won-event"))?,
            snapshot: duration("snapshot")?.unwrap_or(7 * DAY),
            every: positive("every")?,
            horizon: positive("horizon")?.unwrap_or(30 * DAY),
            embargo: duration("embargo")?.unwrap_or(300_000),
            split: split.unwrap_or(SplitBy::Newest),
            rows: rows.unwrap_or(if tests { Which::Test } else { Which::All }),
            capacity: given.value("capacity", "leads a week, such as 50/w or mql=50/w", capacity)?,
            precision: given.value(
                "precision",
                "a share above 0 and below 100 %, such as 25% or mql=0.25",
                precision,
            )?,
            rules: count("rules", 10_000)?.map_or(20, |rules| rules as usize),
            max_points: count("max-points", 10_000)?,
            half_lives: half_lives.into_iter().map(|millis| (millis / 1_000) as u32).collect(),
            anyway: given.has("anyway"),
            movers: count("movers", 1_000_000)?.map_or(20, |movers| movers as usize),
            at: given.value(
                "at",
                "milliseconds since 1970, or a time such as 2026-11-21T09:00:00Z, before 2106",
                durations::parse_time,
            )?,
            seed: given.value("seed", "a whole number below 2^32", |text| text.parse().ok())?.unwrap_or(1),
            fail_on: fail_on.iter().map(|text| conditions::read(command, text)).collect::<Result<_, _>>()?,
            threads: 1,
        })
    }
}

/// Parses a figure, with or without `STAGE=` before it.
fn for_stage(text: &str, read: impl Fn(&str) -> Option<f64>) -> Option<ForStage> {
    let (stage, value) = match text.split_once('=') {
        Some((stage, value)) if !stage.trim().is_empty() => (Some(stage.trim().to_owned()), value),
        Some(_) => return None,
        None => (None, text),
    };
    Some(ForStage { stage, value: read(value.trim())? })
}

fn capacity(text: &str) -> Option<ForStage> {
    for_stage(text, |value| {
        let count = value.strip_suffix("/w")?.trim().parse::<f64>().ok()?;
        (count.is_finite() && count > 0.0).then_some(count)
    })
}

fn precision(text: &str) -> Option<ForStage> {
    for_stage(text, |value| {
        let share = match value.strip_suffix('%') {
            Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
            None => value.parse::<f64>().ok()?,
        };
        (share > 0.0 && share < 1.0).then_some(share)
    })
}
