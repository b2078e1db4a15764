//! Decay: points decrease with age. Integers only, so that every machine gets the same result.

use crate::model::{Decay, Milli};

/// The kinds of [`Decay`].
pub(crate) const NONE: u32 = 0;
pub(crate) const HALF_LIFE: u32 = 1;
pub(crate) const LINEAR: u32 = 2;
#[cfg(any(test, feature = "authoring"))]
pub(crate) const STEP: u32 = 3;

/// The points that are left of `points` (at most 10,000,000 milli-points either way) at an age in seconds, rounded to
/// the nearest milli-point, ties away from zero.
pub(crate) fn decayed(points: Milli, decay: Decay, age: u32) -> Milli {
    let magnitude = points.unsigned_abs();
    let time = u64::from(decay.time);
    // Rounded to the nearest: magnitude × part / whole.
    let share = |part: u64, whole: u64| {
        let sum = magnitude.wrapping_mul(part).wrapping_mul(2).wrapping_add(whole);
        sum.checked_div(whole.wrapping_mul(2)).unwrap_or_default()
    };
    let left = match decay.kind {
        NONE => return points,
        HALF_LIFE => halved(magnitude, age, decay.time),
        LINEAR => share(time.saturating_sub(u64::from(age)), time),
        _ => {
            let steps = age.checked_div(decay.time).unwrap_or_default();
            share(u64::from(100u32.saturating_sub(decay.percent.saturating_mul(steps))), 100)
        }
    };
    if points < 0 { left.cast_signed().wrapping_neg() } else { left.cast_signed() }
}

/// ln 2 × 2^64.
const LN_2: u64 = 0xb172_17f7_d1cf_79ac;
const ONE: u64 = 1 << 63;
/// Points have 24 bits: after as many halvings and one more nothing rounds up to a milli-point.
const LAST_HALVING: u32 = 25;

/// magnitude × 2^(−age / half_life). The whole halvings are a shift, and so exact: 2 to any other rational number is
/// irrational, so a tie can only come from them.
fn halved(magnitude: u64, age: u32, half_life: u32) -> u64 {
    let halvings = age.checked_div(half_life).unwrap_or(u32::MAX);
    if halvings > LAST_HALVING {
        return 0;
    }
    let rest = age.wrapping_sub(halvings.wrapping_mul(half_life));
    let product = multiply(magnitude << 32, power(rest, half_life));
    // Points have 24 bits: the product, in units of 2^-31, has no more than 55.
    let shift = halvings.wrapping_add(31);
    product.wrapping_add(1 << shift.wrapping_sub(1)) >> shift
}

/// 2^(−rest / whole) in units of 2^-63, to about 2^-55, for rest < whole < 2^32.
fn power(rest: u32, whole: u32) -> u64 {
    if rest == 0 {
        return ONE;
    }
    let whole = u64::from(whole);
    let numerator = u64::from(rest) << 32;
    let high = numerator.checked_div(whole).unwrap_or_default();
    let rest = numerator.wrapping_sub(high.wrapping_mul(whole)) << 32;
    let low = rest.checked_div(whole).unwrap_or_default();
    // e^-y by Taylor's series for y = ln 2 × rest / whole / 2^8 < 0.003, then squared eight times.
    let y = multiply(high << 32 | low, LN_2) >> 8;
    let mut power = ONE;
    for k in [6u64, 5, 4, 3, 2, 1] {
        power = ONE.wrapping_sub(multiply(y, power).checked_div(k).unwrap_or_default());
    }
    for _ in 0..8 {
        power = multiply(power, power) << 1;
    }
    power
}

/// The high half of the product.
fn multiply(a: u64, b: u64) -> u64 {
    if cfg!(target_arch = "wasm32") {
        in_halves(a, b)
    } else {
        (u128::from(a).wrapping_mul(u128::from(b)) >> 64) as u64
    }
}

/// As [`multiply`], without a product of 128 bits, which is a function of its own in WebAssembly.
fn in_halves(a: u64, b: u64) -> u64 {
    let (a_high, a_low, b_high, b_low) = (a >> 32, a & HALF, b >> 32, b & HALF);
    let middle = a_high.wrapping_mul(b_low).wrapping_add(a_low.wrapping_mul(b_low) >> 32);
    let low = a_low.wrapping_mul(b_high).wrapping_add(middle & HALF);
    a_high.wrapping_mul(b_high).wrapping_add(middle >> 32).wrapping_add(low >> 32)
}

const HALF: u64 = u32::MAX as u64;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn half_life(time: u32) -> Decay {
        Decay { kind: HALF_LIFE, time, percent: 0 }
    }

    fn linear(time: u32) -> Decay {
        Decay { kind: LINEAR, time, percent: 0 }
    }

    #[test]
    fn whole_halvings_are_exact_and_ties_round_away_from_zero() {
        for (points, age, left) in
            [(15_000, 0, 15_000), (15_000, 10, 7_500), (1, 10, 1), (-1, 10, -1), (3, 20, 1), (-5, 10, -3), (1, 11, 0)]
        {
            assert_eq!(decayed(points, half_life(10), age), left, "{points} {age}");
        }
        assert_eq!(decayed(10_000_000, half_life(1), 24), 1);
        assert_eq!(decayed(10_000_000, half_life(1), 25), 0);
        assert_eq!(decayed(10_000_000, half_life(1), u32::MAX), 0);
    }

    #[test]
    fn lines_and_steps() {
        assert_eq!(decayed(1_000, linear(4), 1), 750);
        assert_eq!(decayed(-5, linear(2), 1), -3);
        assert_eq!(decayed(1_000, linear(4), 4), 0);
        assert_eq!(decayed(1_000, linear(4), u32::MAX), 0);
        let step = Decay { kind: STEP, time: 10, percent: 30 };
        assert_eq!([0, 9, 10, 29, 30, 40, 50].map(|age| decayed(1_005, step, age)), [1005, 1005, 704, 402, 101, 0, 0]);
        assert_eq!(decayed(-1_005, step, 10), -704);
    }

    proptest! {
        #[test]
        fn half_lives_follow_the_real_curve(points in 0i64..=10_000_000, age in 0u32..400_000_000, half_life in 1u32..315_360_000) {
            let real = points as f64 * (-f64::from(age) / f64::from(half_life)).exp2();
            let left = decayed(points, super::tests::half_life(half_life), age) as f64;
            prop_assert!((left - real).abs() <= 0.5 + 1e-6, "{} {}", left, real);
        }

        #[test]
        fn halves_give_the_same_product(a in any::<u64>(), b in any::<u64>(), shift in 0u32..64) {
            for (a, b) in [(a, b), (a >> shift, b), (a, u64::MAX), (u64::MAX, u64::MAX)] {
                prop_assert_eq!(in_halves(a, b), multiply(a, b));
            }
        }

        #[test]
        fn never_grows_with_age(points in 0i64..=10_000_000, age in 0u32..1_000_000, half_life in 1u32..1_000_000) {
            let decay = super::tests::half_life(half_life);
            prop_assert!(decayed(points, decay, age + 1) <= decayed(points, decay, age));
        }
    }
}
