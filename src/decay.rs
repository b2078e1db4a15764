//! How points fade with age: whole numbers only, so that every machine gets the same.

use crate::model::{Decay, Milli};

/// The points that are left of `points` (at most 10,000,000 milli-points either way) at an age in seconds, rounded to
/// the nearest milli-point, ties away from zero.
pub(crate) fn decayed(points: Milli, decay: Decay, age: u32) -> Milli {
    let magnitude = points.unsigned_abs();
    let left = match decay {
        Decay::None => return points,
        Decay::HalfLife(half_life) => halved(magnitude, age, half_life),
        Decay::Linear(end) => {
            let left = u64::from(end.saturating_sub(age));
            let double = u64::from(end).saturating_mul(2);
            let sum = magnitude.saturating_mul(2).saturating_mul(left).saturating_add(u64::from(end));
            sum.checked_div(double).unwrap_or_default()
        }
        Decay::Step { percent, every } => {
            let steps = age.checked_div(every).unwrap_or_default();
            let left = 100u32.saturating_sub(percent.saturating_mul(steps));
            magnitude.saturating_mul(u64::from(left)).saturating_add(50) / 100
        }
    };
    let left = Milli::try_from(left).unwrap_or(Milli::MAX);
    if points < 0 { left.saturating_neg() } else { left }
}

/// ln 2 × 2^64.
const LN_2: u64 = 0xb172_17f7_d1cf_79ac;
const ONE: u64 = 1 << 63;
/// Points have 24 bits: after as many halvings and one more nothing rounds up to a milli-point.
const LAST_HALVING: u32 = 25;

/// magnitude × 2^(−age / half_life). The whole halvings are a shift, and so exact: 2 to any other rational number is
/// irrational, so a tie can only come from them.
fn halved(magnitude: u64, age: u32, half_life: u32) -> u64 {
    let (Some(halvings), Some(rest)) = (age.checked_div(half_life), age.checked_rem(half_life)) else { return 0 };
    if halvings > LAST_HALVING {
        return 0;
    }
    let fraction = if rest == 0 { ONE } else { power(rest, half_life) };
    let product = u128::from(magnitude).saturating_mul(u128::from(fraction));
    let shift = halvings.saturating_add(63);
    let half = 1u128 << shift.saturating_sub(1);
    u64::try_from(product.saturating_add(half) >> shift).unwrap_or_default()
}

/// 2^(−rest / whole) in units of 2^-63, to about 2^-55, for rest < whole < 2^32.
fn power(rest: u32, whole: u32) -> u64 {
    let whole = u64::from(whole);
    let divide = |numerator: u64| {
        let numerator = numerator << 32;
        (
            numerator.checked_div(whole).unwrap_or_default(),
            numerator.checked_rem(whole).unwrap_or_default(),
        )
    };
    let (high, rest) = divide(u64::from(rest));
    let (low, _) = divide(rest);
    // e^-y by Taylor's series for y = ln 2 × rest / whole / 2^8 < 0.003, then squared eight times.
    let y = multiply(high << 32 | low, LN_2) >> 8;
    let series = (1..=6u64).rev().fold(ONE, |sum, k| {
        ONE.saturating_sub(multiply(y, sum).checked_div(k).unwrap_or_default())
    });
    (0..8).fold(series, |power, _| multiply(power, power) << 1)
}

/// The high half of the product.
fn multiply(a: u64, b: u64) -> u64 {
    u64::try_from(u128::from(a).saturating_mul(u128::from(b)) >> 64).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_halvings_are_exact_and_ties_go_away_from_zero() {
        for (points, age, left) in
            [(15_000, 0, 15_000), (15_000, 10, 7_500), (1, 10, 1), (-1, 10, -1), (3, 20, 1), (-5, 10, -3), (1, 11, 0)]
        {
            assert_eq!(decayed(points, Decay::HalfLife(10), age), left, "{points} {age}");
        }
        assert_eq!(decayed(10_000_000, Decay::HalfLife(1), 24), 1);
        assert_eq!(decayed(10_000_000, Decay::HalfLife(1), 25), 0);
        assert_eq!(decayed(10_000_000, Decay::HalfLife(1), u32::MAX), 0);
    }

    #[test]
    fn lines_and_steps() {
        assert_eq!(decayed(1_000, Decay::Linear(4), 1), 750);
        assert_eq!(decayed(-5, Decay::Linear(2), 1), -3);
        assert_eq!(decayed(1_000, Decay::Linear(4), 4), 0);
        assert_eq!(decayed(1_000, Decay::Linear(4), u32::MAX), 0);
        let step = Decay::Step { percent: 30, every: 10 };
        assert_eq!([0, 9, 10, 29, 30, 40, 50].map(|age| decayed(1_005, step, age)), [1005, 1005, 704, 402, 101, 0, 0]);
        assert_eq!(decayed(-1_005, step, 10), -704);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn half_lives_follow_the_real_curve(points in 0i64..=10_000_000, age in 0u32..400_000_000, half_life in 1u32..315_360_000) {
            let real = points as f64 * (-f64::from(age) / f64::from(half_life)).exp2();
            let left = decayed(points, Decay::HalfLife(half_life), age) as f64;
            prop_assert!((left - real).abs() <= 0.5 + 1e-6, "{} {}", left, real);
        }

        #[test]
        fn never_grows_with_age(points in 0i64..=10_000_000, age in 0u32..1_000_000, half_life in 1u32..1_000_000) {
            let decay = Decay::HalfLife(half_life);
            prop_assert!(decayed(points, decay, age + 1) <= decayed(points, decay, age));
        }
    }
}
