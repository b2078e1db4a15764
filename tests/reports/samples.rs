//! A report of each kind, with all parts.

use leadscore::outcomes::report::*;

fn name(file: &str, name: &str, version: u32) -> ModelName {
    ModelName { file: file.into(), name: name.into(), version, hash: "0011223344556677".into() }
}

fn psi() -> Psi {
    let bin = |at: u32| PsiBin {
        above: (at > 0).then(|| f64::from(at) * 12.0),
        to: (at < 9).then(|| f64::from(at) * 12.0 + 12.0),
        expected: 0.1,
        actual: 0.06 + f64::from(at) * 0.009,
    };
    Psi { value: Some(0.0731), bins: (0..10).map(bin).collect() }
}

fn model(model: ModelName, shift: f64) -> ModelReport {
    let rates = [0.31, 0.13, 0.07, 0.045, 0.05, 0.02, 0.012, 0.009, 0.004, 0.001].map(|rate: f64| rate * (1.0 + shift));
    let deciles = (0..10).map(|at| Decile {
        decile: at as u32 + 1,
        rows: 1_234.5,
        won: rates[at] * 1_234.5,
        from: 110.0 - at as f64 * 11.5,
        to: 121.0 - at as f64 * 11.5,
        rate: rates[at],
        lift: rates[at] / 0.0414,
        capture: rates[..=at].iter().sum::<f64>() / rates.iter().sum::<f64>(),
    });
    let bands = (0..10).map(|at| Band {
        from: 110.0 - at as f64 * 11.5,
        to: 121.0 - at as f64 * 11.5,
        rows: 1_234.0,
        won: (rates[at] * 1_234.0).round(),
        rate: rates[at],
        low: rates[at] * 0.8,
        high: rates[at] * 1.22 + 0.003,
        falls: at == 3,
        falls_beyond_noise: at == 3 && shift == 0.0,
    });
    let rule = |id: &str, points: f64, drop: f64, note: Option<(&str, &str)>| RuleReport {
        rule: id.into(),
        points,
        rows: 2_345.0,
        won: 321.0,
        lift: Some(2.31),
        woe: Some(points / 20.0),
        drop_one_auc: drop,
        drop_one_se: 0.0011,
        psi: Some(0.012),
        notes: note.map(|(code, text)| Note { code: code.into(), text: text.into() }).into_iter().collect(),
    };
    let stage = |id: &str, at: f64, trips: f64| StageReport {
        stage: id.into(),
        at,
        trips,
        won: trips / 5.0,
        precision: Some(0.2),
        recall: Some(0.61),
        lift: Some(4.8),
        winners: 512,
        winners_tripped: 301,
        tripped_before_winning: Some(301.0 / 512.0),
        to_won_median: Some(246.0),
        to_won_p90: Some(864_000.0),
        trips_a_week: Some(12.34),
    };
    ModelReport {
        model,
        auc: Interval { value: 0.8123 + shift / 10.0, low: 0.79, high: 0.835 },
        gini: 0.6246,
        ks: 0.481,
        ks_at: 42.0,
        brier: Brier { value: 0.0312, baseline: 0.0397, skill: 0.214, slope: 0.0456, intercept: -5.12 },
        deciles: deciles.collect(),
        bands: bands.collect(),
        capacity: Some(Capacity {
            per_week: 20.0,
            weeks: 21,
            taken: 420.0,
            won: 88.5,
            precision: 0.2107,
            recall: 0.17,
            threshold: Some(77.0),
        }),
        stages: vec![stage("engaged", 20.0, 3_200.0), stage("mql", 40.0, 1_200.0), stage("sql", 60.0, 240.0)],
        stability: Stability { psi: psi(), auc_train: Some(0.8201), auc_test: None },
        rules: vec![
            rule("pricing-view", 15.0, 0.0214, None),
            rule("whitepaper", 20.0, -0.0031, Some(("hurts", "The model is better without it."))),
            rule("webinar", 10.0, 0.0101, None),
            rule("never-seen", 5.0, 0.0, Some(("never_live", "No row has it."))),
        ],
        disqualified: 12,
        disqualified_won: 1,
    }
}

fn data() -> Data {
    Data {
        events: 186_785,
        visitors: 20_000,
        first: Some("2026-01-01T00:01:14Z".into()),
        end: Some("2026-08-27T23:12:00Z".into()),
        weeks: 34.1,
        skipped: 3,
        won: 762,
        lost: 1_900,
        unknown_visitors: 7,
        won_again: 0,
        won_before_first_event: 2,
    }
}

fn rows() -> Rows {
    Rows {
        snapshot: 604_800,
        every: Some(604_800),
        horizon: 2_592_000,
        embargo: 300,
        split: "newest".into(),
        split_at: Some("2026-06-01T00:00:00Z".into()),
        evaluated: "test".into(),
        visitors: 12_000,
        rows: 12_345,
        won: 511,
        won_rate: 0.0414,
        between: 1_204,
        horizon_after_data: 88,
        ..Rows::default()
    }
}

fn comparison() -> Comparison {
    Comparison {
        auc: Interval { value: 0.021, low: 0.011, high: 0.031 },
        capture: 0.03,
        brier: -0.0012,
        result: "better".into(),
    }
}

fn conditions() -> Vec<Condition> {
    vec![
        Condition { condition: "auc < 0.70".into(), value: Some(0.8123), failed: false },
        Condition { condition: "mql > +20%".into(), value: None, failed: true },
    ]
}

pub fn backtest() -> Backtest {
    Backtest {
        command: "backtest".into(),
        verdict: "The score sorts visitors well: of those who won, 52 % are among the tenth with the highest scores."
            .into(),
        data: data(),
        rows: rows(),
        models: vec![model(name("by-feel.json", "by-feel", 1), 0.0), model(name("new.json", "by-feel", 2), 0.2)],
        comparison: Some(comparison()),
        conditions: conditions(),
    }
}

pub fn calibrate() -> Calibrate {
    let change = |rule: &str, old: f64, new: f64, kept: Option<&str>| RuleChange {
        rule: rule.into(),
        old_points: old,
        new_points: new,
        old_half_life: Some(60 * 86_400),
        new_half_life: Some(14 * 86_400),
        rows: 4_321.0,
        won: 210.0,
        kept: kept.map(Into::into),
    };
    let tried = |days: Option<u64>, loss: f64, chosen| TriedHalfLife {
        half_life: days.map(|days| days * 86_400),
        loss,
        chosen,
    };
    Calibrate {
        command: "calibrate".into(),
        verdict: "The new points are better than yours, beyond chance: AUC 0.871 in place of 0.812.".into(),
        data: data(),
        rows: rows(),
        better: true,
        adopted: true,
        fit: Fit {
            won: 540,
            most_rules: 20,
            changed_rules: 12,
            lambda: 0.0316,
            slope: 0.0456,
            lambdas: vec![Tried { lambda: 0.1, loss: 0.13 }],
            half_lives: vec![
                tried(None, 0.1262, false),
                tried(Some(3), 0.1301, false),
                tried(Some(7), 0.1232, false),
                tried(Some(14), 0.1201, true),
                tried(Some(30), 0.1222, false),
            ],
        },
        changes: vec![
            change("pricing-view", 15.0, 10.0, None),
            change("case-study", 5.0, 16.0, None),
            change("careers", -20.0, -25.0, None),
            change("contact", 40.0, 40.0, Some("thin_support")),
            change("a-rule-with-a-very-long-name-that-does-not-fit", 5.0, 5.0, Some("limit")),
        ],
        stages: vec![StageChange {
            stage: "mql".into(),
            old_at: 40.0,
            new_at: 37.0,
            by: "volume".into(),
            old_rows: 812.0,
            new_rows: 815.0,
            new_precision: Some(0.214),
        }],
        models: vec![model(name("by-feel.json", "by-feel", 1), 0.0), model(name("new.json", "by-feel", 2), 0.2)],
        comparison: comparison(),
    }
}

pub fn diff() -> Diff {
    let signal = |stage: &str, old: Option<u64>, new: Option<u64>| SignalChange {
        stage: stage.into(),
        old,
        new,
        old_a_week: old.map(|old| old as f64 / 34.1),
        new_a_week: new.map(|new| new as f64 / 34.1),
        change: old.zip(new).map(|(old, new)| new as f64 / old as f64 - 1.0),
    };
    let stages = || ["visitor", "engaged", "mql", "sql", "disqualified"].map(String::from).to_vec();
    Diff {
        command: "diff".into(),
        verdict: "Sales gets 31 % more MQL signals: 48 a week in place of 36.6.".into(),
        data: data(),
        models: vec![name("old.json", "by-feel", 1), name("new.json", "by-feel", 2)],
        old_stages: stages(),
        new_stages: stages(),
        matrix: vec![
            vec![12_000, 320, 12, 0, 0],
            vec![44, 4_100, 280, 3, 0],
            vec![0, 31, 2_000, 190, 0],
            vec![0, 0, 20, 988, 0],
            vec![0, 0, 0, 0, 12],
        ],
        moved: 900,
        moved_up: 805,
        moved_down: 95,
        signals: vec![signal("mql", Some(1_248), Some(1_637)), signal("sql", None, Some(320))],
        psi: psi(),
        rules: vec![RuleMoves { rule: "case-study".into(), old_points: Some(5.0), new_points: None, moved: 410 }],
        movers: vec![Mover {
            visitor: "v000123".into(),
            old_stage: "visitor".into(),
            new_stage: "mql".into(),
            old_score: 12.5,
            new_score: 44.0,
            rules: vec![MoverRule { rule: "case-study".into(), old: 5.0, new: 16.0 }],
        }],
        conditions: conditions(),
    }
}
